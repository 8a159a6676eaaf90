/** A resource as a program declares it: the part of it that policies look at. */
export interface Declared {
  type: string;
  name: string;
  urn: string;
  /** Its inputs. In a preview, reading one that is not known yet throws. */
  props: Readonly<Record<string, unknown>>;
}

/**
 * Reads an input that may not be known before the update.
 *
 * @returns its value where it is a text; undefined where it is unknown, left out, or something else
 */
export function knownText({ props }: Declared, input: string): string | undefined {
  try {
    const value = props[input];
    return typeof value === "string" ? value : undefined;
  } catch {
    // All that reading can throw is that the value is unknown. The policy is asked again during the update, when it is known.
    return undefined;
  }
}

/** The types of the components that a resource belongs to, outermost first, which its URN tells after the stack and project. */
export function owners({ urn }: Declared): string[] {
  return (urn.split("::")[2] ?? "").split("$").slice(0, -1);
}
