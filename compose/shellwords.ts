/**
 * Splits a command line into words as the reference does (mattn/go-shellwords without variables): quotes and backslashes
 * as a shell has them; everything from an unquoted `;`, `&`, `|`, `<` or `>` on is left out.
 * @throws Error when a quote or bracket is left open
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let started = false;
  let escaped = false;
  let quote: "" | "'" | '"' | "`" | "(" = "";
  for (const character of line) {
    if (escaped) {
      word += character;
      escaped = false;
      started = true;
    } else if (character === "\\" && quote !== "'") {
      escaped = true;
    } else if (/[ \t\r\n]/.test(character)) {
      if (quote !== "") word += character;
      else if (started) {
        words.push(word);
        word = "";
        started = false;
      }
    } else if ((character === "'" || character === '"') && (quote === "" || quote === character)) {
      if (quote === character) started = true;
      quote = quote === "" ? character : "";
    } else if (character === "`" && (quote === "" || quote === "`")) {
      quote = quote === "" ? "`" : "";
      word += character;
      started = true;
    } else if (character === "(" && quote === "") {
      if (!word.endsWith("$")) throw new Error(unbalanced(line));
      quote = "(";
      word += character;
    } else if (character === ")" && (quote === "" || quote === "(")) {
      quote = quote === "" ? "(" : "";
      word += character;
      started = true;
    } else if (quote === "" && /[;&|<>]/.test(character)) {
      if (character === ">" && /^[0-9]/.test(word)) started = false;
      break;
    } else {
      word += character;
      started = true;
    }
  }
  if (escaped || quote !== "") throw new Error(unbalanced(line));
  if (started) words.push(word);
  return words;
}

function unbalanced(line: string): string {
  return `"${line}" is no command line: a quote or bracket is not closed (write it as a list of words)`;
}
