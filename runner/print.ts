import { printable, printableJson } from "slipway/engine";

/** Prints what a person reads. */
export function print(text: string): void {
  console.log(printable(text));
}

/** Prints a value as JSON, exactly. */
export function printJson(value: unknown): void {
  console.log(printableJson(value));
}

/** Prints what a person reads, beside what a command was asked for. */
export function tell(text: string): void {
  console.error(printable(text));
}
