import { printable, printableJson } from "./printable";

/** Prints what a command was asked for. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints what a command was asked for as JSON, exactly. */
export function printJson(value: unknown): void {
  console.log(printableJson(value));
}

/** Tells the person who waits. */
export function tell(text: string): void {
  console.error(printable(text));
}
