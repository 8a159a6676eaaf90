const nanoseconds: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};

/**
 * A duration as Compose files have it (`1m30s`, `1.5h`, `2d`), in nanoseconds; undefined for any other text. Units: ns,
 * us, ms, s, m, h, d, w (xhit/go-str2duration, which the reference uses).
 */
export function parseDuration(text: string): number | undefined {
  const [, sign, rest = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return 0;
  const part = /([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([^.0-9]+)/y;
  let total = 0;
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest);
    const unit = match ? nanoseconds[match[2] as string] : undefined;
    if (!match || unit === undefined) return undefined;
    const [whole, fraction = ""] = (match[1] as string).split(".");
    total += Number(whole) * unit + Math.trunc((Number(fraction) * unit) / 10 ** fraction.length);
  }
  if (rest === "") return undefined;
  return sign === "-" ? -total : total;
}

/** Nanoseconds as the reference prints a duration (Go's `time.Duration`): `1m30s`, `1.5s`, `500ms`, `0s`. */
export function formatDuration(duration: number): string {
  if (duration < 0) return `-${formatDuration(-duration)}`;
  if (duration === 0) return "0s";
  if (duration < 1e3) return `${duration}ns`;
  if (duration < 1e6) return `${decimal(duration, 3)}µs`;
  if (duration < 1e9) return `${decimal(duration, 6)}ms`;
  const minutes = Math.floor(duration / 60e9);
  const seconds = `${decimal(duration - minutes * 60e9, 9)}s`;
  if (minutes === 0) return seconds;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}` : `${hours}h${minutes % 60}m${seconds}`;
}

/** `value / 10^places` without the noise of floating-point division. */
function decimal(value: number, places: number): string {
  const digits = String(value).padStart(places + 1, "0");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  return digits.slice(0, -places) + (fraction === "" ? "" : `.${fraction}`);
}

/**
 * A duration of a loaded compose file, in milliseconds.
 * @throws Error when the text is no duration
 */
export function toMilliseconds(duration: string): number {
  const value = parseDuration(duration);
  if (value === undefined) throw new Error(`"${duration}" is not a duration: write it as 30s or 1m30s`);
  return value / 1e6;
}
