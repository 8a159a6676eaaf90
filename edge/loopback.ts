/** The addresses of a machine itself. */
export const loopback = ["127.0.0.0/8", "::1/128"];
