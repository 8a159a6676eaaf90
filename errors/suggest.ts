import { distance } from "fastest-levenshtein";

/**
 * The candidates most like a word that was probably mistyped, best first.
 *
 * @param word the word as it was written
 * @param candidates the words that could have been meant
 * @param most how many to return at most
 * @returns candidates that share at least half of their letters with the word, by edit distance
 */
export function nearest(word: string, candidates: Iterable<string>, most = 3): string[] {
  return [...candidates]
    .map((candidate) => ({ candidate, distance: distance(word, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(word.length, candidate.length) / 2)
    .sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}
