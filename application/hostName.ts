/** Whether a text is a host's name (RFC 1123), with underscores as Compose has them in services' names. */
export function isHostName(text: string): boolean {
  return /^(?=.{1,253}$)[a-z0-9]([\w-]*[a-z0-9])?(\.[a-z0-9]([\w-]*[a-z0-9])?)*$/i.test(text);
}
