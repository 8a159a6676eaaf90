import * as pulumi from "@pulumi/pulumi";

/**
 * Takes the place of secret values in a compose model, so that the model holds none: `${PASSWORD}` becomes a mark, and
 * only {@link Secrets.reveal} turns the mark into the value again, as a Pulumi secret.
 */
export class Secrets {
  private readonly values = new Map<string, pulumi.Input<string>>();

  /**
   * Hides a value.
   *
   * @param name the value's name, for messages
   * @returns the mark that stands for it in text
   */
  hide(name: string, value: string): string {
    this.values.set(name, value);
    return this.stand(name);
  }

  /**
   * A mark for a value that the update itself makes; {@link Secrets.fill} brings the value.
   *
   * @param name the value's name
   */
  stand(name: string): string {
    return `${open}${name}${close}`;
  }

  /** Takes the values for the marks of {@link Secrets.stand}, by name. */
  fill(values: Readonly<Record<string, pulumi.Output<string>>>): void {
    Object.entries(values).forEach(([name, value]) => this.values.set(name, value));
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
    const names = Secrets.namesIn(text);
    if (names.length === 0) {
      return text;
    }
    const held = pulumi.all(Object.fromEntries(names.map((name) => [name, this.valueOf(name)])));
    return pulumi.secret(held.apply((values) => text.replace(anyMark, (_mark, name: string) => values[name] ?? "")));
  }

  /** A text for people: names in the place of values. */
  static describe(text: string): string {
    return text.replace(anyMark, (_mark, name: string) => `\${${name}} (a secret)`);
  }

  private valueOf(name: string): pulumi.Input<string> {
    const value = this.values.get(name);
    if (value === undefined) {
      throw new TypeError(`Nothing was filled in for the secret ${name}.`);
    }
    return value;
  }
}

// Characters of the private use area: they mean nothing in a compose file.
const open = "\uE000";
const close = "\uE001";
const anyMark = /\uE000([^\uE001]*)\uE001/g;
