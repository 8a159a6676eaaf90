/**
 * A name as it is written into HAProxy's configuration, where spaces, line ends, quotes, `#`, `\\`, `$` and `%` begin something else.
 * (https://docs.haproxy.org/3.2/configuration.html#2.2)
 *
 * @throws Error naming it where it is more than one plain word
 */
export function word(text: string): string {
  if (!/^[A-Za-z0-9._:/-]+$/.test(text)) {
    throw new Error(
      `${JSON.stringify(text)} cannot be a name in the edge's configuration: letters, digits, dots, dashes and underscores can.`,
    );
  }
  return text;
}
