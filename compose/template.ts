/** Where a template looks up a variable; undefined where that one is not set. */
export type Lookup = (name: string) => string | undefined;

/** A filled template. */
export interface Filled {
  text: string;
  /** Every variable that was looked up, in order, those of nested defaults included. */
  variables: string[];
  /** Variables without a value that left nothing behind: they had neither a default nor `:?`. */
  blank: string[];
}

/** A template that cannot be filled; the message says why, and what would be right. */
export class TemplateError extends Error {}

// `.` must stop only at line ends. A braced expression reaches to the last brace: `closingBrace` finds its real end.
const expression = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{(?:([_a-z][_a-z0-9]*(?::?[-+?][^\n]*)?)\}|))/gi;

/**
 * Fills `$NAME`, `${NAME}` and its forms (`:-` `-` `:?` `?` `:+` `+`, nested) in a text; `$$` becomes `$`. The rules,
 * odd ones included, are those of Compose's own template engine (compose-go 2.9, package `template`).
 *
 * @throws TemplateError for an invalid expression, and for a required variable without a value
 */
export function fill(template: string, lookup: Lookup): Filled {
  if (!template.includes("$")) return { text: template, variables: [], blank: [] };
  const filling = new Filling(lookup);
  return { text: filling.text(template), variables: filling.variables, blank: filling.blank };
}

type Operator = ":?" | "?" | ":-" | "-" | ":+" | "+";
const operators: readonly Operator[] = [":?", "?", ":-", "-", ":+", "+"];

class Filling {
  readonly variables: string[] = [];
  readonly blank: string[] = [];
  /** Above 0 while an alternative is worked out that will not be used: it may fail, but leaves no blank. */
  private unused = 0;

  constructor(private readonly lookup: Lookup) {}

  text(template: string): string {
    return template.replace(expression, (match: string, escaped?: string, named?: string, braced?: string) => {
      if (escaped) return escaped;
      if (named) return this.plain(named);
      if (braced) return this.braced(match, template);
      throw new TemplateError(`"${template}" holds a $ that starts no variable: write $$ for a plain $`);
    });
  }

  /** `match` may span several expressions: the first is filled here, the rest as a template of its own. */
  private braced(match: string, template: string): string {
    const end = closingBrace(match);
    const inner = expression.source;
    const first = new RegExp(`^${inner}$`, "i").exec(end < 0 ? match : match.slice(0, end + 1))?.[3];
    if (first === undefined) {
      throw new TemplateError(`"${template}" holds a $ that starts no variable: write $$ for a plain $`);
    }
    const operator = firstOperator(match);
    const at = operator ? first.indexOf(operator) : -1;
    if (!operator || at < 0) return this.plain(first);
    const value = this.apply(first.slice(0, at), operator, first.slice(at + operator.length));
    return value + (end < 0 ? "" : this.text(match.slice(end + 1)));
  }

  private plain(name: string): string {
    const value = this.value(name);
    if (value === undefined && this.unused === 0) this.blank.push(name);
    return value ?? "";
  }

  private apply(name: string, operator: Operator, alternative: string): string {
    const value = this.value(name);
    const present = value !== undefined && (!operator.startsWith(":") || value !== "");
    const kind = operator.slice(-1);
    const wantsAlternative = kind === "+" ? present : !present;
    const text = this.alternative(alternative, wantsAlternative);
    if (kind === "?" && !present) throw new TemplateError(required(name, text));
    return wantsAlternative ? text : (value ?? "");
  }

  private alternative(template: string, used: boolean): string {
    if (!used) this.unused++;
    try {
      return this.text(template);
    } finally {
      if (!used) this.unused--;
    }
  }

  private value(name: string): string | undefined {
    if (!this.variables.includes(name)) this.variables.push(name);
    return this.lookup(name);
  }
}

function required(name: string, message: string): string {
  return `the variable ${name} must have a value${message === "" ? "" : `: ${message}`}`;
}

/** The operator that stands first in the text; of `:-` and `-` the longer, as it begins earlier. */
function firstOperator(text: string): Operator | undefined {
  let first: Operator | undefined;
  let at = Infinity;
  for (const operator of operators) {
    const index = text.indexOf(operator);
    if (index >= 0 && index < at) [first, at] = [operator, index];
  }
  return first;
}

/** Where the first brace of the text is closed, or -1. The character after an opening brace is skipped. */
function closingBrace(text: string): number {
  let open = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "}" && --open === 0) return index;
    if (text[index] === "{") {
      open++;
      index++;
    }
  }
  return -1;
}
