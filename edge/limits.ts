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
    "ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets",
    // Both sides keep no secret that would open what was said before, and nothing is encrypted without being authenticated.
    `ssl-default-bind-ciphers ${ciphers.map((cipher) => `ECDHE-${cipher}`).join(":")}`,
    "ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256",
    // The headers of a request or an answer: 32 KB of them, and some for what the edge adds; 200 of them likewise.
    "tune.bufsize 40960",
    "tune.http.maxhdr 220",
  ];
}

/** Those of TLS 1.2, by the certificate's key: what Mozilla calls intermediate, without the older exchange of keys (https://ssl-config.mozilla.org). */
const ciphers = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].flatMap((cipher) => [
  `ECDSA-${cipher}`,
  `RSA-${cipher}`,
]);

/** How long what may take. */
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
