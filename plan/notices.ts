/** A sentence about a plan that a person should read; it does not stop the update. */
export interface Notice {
  /** `info`: something is going to happen. `warning`: it may not be meant. */
  level: "info" | "warning";
  text: string;
}

/** Something that is going to happen. */
export function info(text: string): Notice {
  return { level: "info", text };
}

/** Something that may not be meant. */
export function warning(text: string): Notice {
  return { level: "warning", text };
}
