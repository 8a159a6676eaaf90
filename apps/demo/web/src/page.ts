import { lookOf } from "./stage.js";
import { style } from "./style.js";
import type { Visit } from "./visit.js";

/** Everything that the page shows. */
export interface PageFacts {
  /** Name of the stage, such as "staging". */
  stage: string;
  /** Release that serves the page, or "unreleased". */
  release: string;
  /** What the API said of this visit; undefined where it did not answer. */
  visit: Visit | undefined;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Cpath d='M1 11h14l-3 4H4z' fill='%23134'/%3E%3Cpath d='M8 1v9M8 2l5 7H8z' fill='%2327a' stroke='%23134'/%3E%3C/svg%3E";

/** Text made safe to stand in HTML and in its attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function fact(id: string, term: string, value: string): string {
  return `<div><dt>${term}</dt><dd id="${id}">${escapeHtml(value)}</dd></div>`;
}

function facts({ release, visit }: PageFacts): string {
  const served = fact("release", "Release of this page", release);
  if (!visit) return `<dl>${served}</dl>`;
  return `<dl>
      ${served}
      ${fact("api-release", "Release of the API", visit.release)}
      ${fact("database", "Database", visit.database)}
      ${fact("cache-hits", "Answers from the cache", String(visit.cacheHits))}
    </dl>`;
}

function counter(visit: Visit | undefined): string {
  if (!visit) return `<p role="alert" class="alert">The API does not answer, so this visit could not be counted.</p>`;
  return `<p class="counter"><strong id="counter">${visit.count}</strong> ${visit.count === 1 ? "visit" : "visits"} so far</p>`;
}

function note(visit: Visit | undefined): string {
  return visit?.testNote ? `<p id="test-note" class="note">${escapeHtml(visit.testNote)}</p>` : "";
}

/** The whole page as HTML: one document that loads nothing else. */
export function page(all: PageFacts): string {
  const look = lookOf(all.stage);
  const label = escapeHtml(look.label);
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>[${label}] Slipway demo</title>
  <link rel="icon" href="${icon}">
  <style>${style}</style>
</head>
<body class="${look.tone}">
  <header><p id="stage" class="banner">${label}</p></header>
  <main>
    <h1>Slipway demo</h1>
    ${counter(all.visit)}
    ${facts(all)}
    ${note(all.visit)}
  </main>
</body>
</html>
`;
}
