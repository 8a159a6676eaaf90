import * as pulumi from "@pulumi/pulumi";

/**
 * Stands for secret values in a compose model, so that the model itself never holds one: `${PASSWORD}` becomes a mark that
 * only {@link Secrets.reveal} turns into the value again, as a Pulumi secret.
 */
export class Secrets {
  private readonly values = new Map<string, string>();

  /**
   * Takes a value out of sight.
   *
   * @param name what it is called, for messages
   * @returns what stands for it in text
   */
  hide(name: string, value: string): string {
    const mark = `${open}${name}${close}`;
    this.values.set(mark, value);
    return mark;
  }

  /** The names of the secrets that a text holds. */
  static namesIn(text: string): string[] {
    return [...text.matchAll(anyMark)].map(([, name]) => name ?? "");
  }

  /**
   * Puts the values back into a text.
   *
   * @returns the text as it is where it holds no secret, else a Pulumi secret
   */
  reveal(text: string): pulumi.Input<string> {
    return Secrets.namesIn(text).length === 0 ? text : pulumi.secret(this.plain(text));
  }

  /** A text for people: the names in the place of the values. */
  static describe(text: string): string {
    return text.replace(anyMark, (_mark, name: string) => `\${${name}} (a secret)`);
  }

  /** Puts the values back into a text that goes no further than this program. */
  plain(text: string): string {
    return text.replace(anyMark, (mark) => this.values.get(mark) ?? "");
  }
}

// Characters of the private use area: no compose file means anything by them.
const open = "\uE000";
const close = "\uE001";
const anyMark = /\uE000([^\uE001]*)\uE001/g;
