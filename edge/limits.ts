/**
 * Limits of the whole edge, for the configuration's section `global`.
 *
 * @param administration the address of the administration
 */
export function globals(administration: string): string[] {
  return [
    "log stdout format raw local0",
    "maxconn 8000",
    administration,
    "stats timeout 30s",
    // A process from before a reload ends with its last connection: a stream or a WebSocket may last half a day.
    "hard-stop-after 12h",
    // The oldest one ends earlier where reloads follow each other quickly, because each takes memory.
    "mworker-max-reloads 8",
    "ssl-default-bind-options ssl-min-ver TLSv1.2",
    // The headers of a request or an answer: 32 KB, or 200 of them, and room for those that the edge adds.
    "tune.bufsize 40960",
    "tune.http.maxhdr 220",
  ];
}

/** The longest times that the edge waits. */
export const timeouts = [
  "timeout connect 5s",
  "timeout http-request 30s",
  "timeout http-keep-alive 75s",
  // Long enough for a slow answer; a missing answer must end at some point.
  "timeout client 10m",
  "timeout server 10m",
  // For WebSockets and the like, while neither side sends.
  "timeout tunnel 4h",
];
