/** What a person should know of a plan, though it stops nothing. */
export interface Notice {
  /** `info`: what is going to happen. `warning`: what they may not have meant. */
  level: "info" | "warning";
  text: string;
}

/** What is going to happen. */
export function info(text: string): Notice {
  return { level: "info", text };
}

/** What a person may not have meant. */
export function warning(text: string): Notice {
  return { level: "warning", text };
}
