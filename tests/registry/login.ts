import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse } from "node:http";

import { read, refuse } from "./answers";

/** Who may log in, and how they are asked to. */
export interface LoginOptions {
  kind: "basic" | "bearer";
  username: string;
  password: string;
  /** Of a token, in seconds. */
  lifetime?: number;
}

/** The door of a test's registry: Basic, or tokens by the Docker registry token specification. */
export class Login {
  private readonly tokens = new Map<string, { scopes: string[]; until: number }>();

  constructor(private readonly options: LoginOptions | undefined) {}

  /** Lets no token pass that was handed out so far. */
  forgetTokens(): void {
    this.tokens.clear();
  }

  /** Whether a request may pass; answers it where not. */
  mayPass(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    if (!this.options) return true;
    const sent = request.headers.authorization ?? "";
    if (this.options.kind === "basic") {
      if (sent === basic(this.options)) return true;
      refuse(response, 401, "UNAUTHORIZED", { "www-authenticate": 'Basic realm="test"' });
      return false;
    }
    const wanted = scopesOf(request, url);
    const token = this.tokens.get(sent.replace("Bearer ", ""));
    if (token && token.until > Date.now() && wanted.every((scope) => token.scopes.includes(scope))) return true;
    const scope = wanted.length > 0 ? `,scope="${wanted.join(" ")}"` : "";
    const realm = new URL("/token", url).href;
    refuse(response, 401, "UNAUTHORIZED", { "www-authenticate": `Bearer realm="${realm}",service="test"${scope}` });
    return false;
  }

  /** Hands out a token for a user name and password, or for an identity token that is the password. */
  async serveToken(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const form = new URLSearchParams((await read(request)).toString());
    const sent = request.headers.authorization;
    const known = this.options && (sent === basic(this.options) || form.get("refresh_token") === this.options.password);
    if (!known) return refuse(response, 401, "UNAUTHORIZED");
    const value = randomUUID();
    const lifetime = this.options?.lifetime ?? 300;
    const scopes = [...url.searchParams.getAll("scope"), ...(form.get("scope") ?? "").split(" ")];
    this.tokens.set(value, { scopes, until: Date.now() + lifetime * 1000 });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ token: value, expires_in: lifetime }));
  }
}

function scopesOf({ method = "" }: IncomingMessage, url: URL): string[] {
  const name = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1];
  const actions = { GET: "pull", HEAD: "pull", DELETE: "delete" }[method] ?? "pull,push";
  const from = url.searchParams.get("from");
  return [...(name ? [`repository:${name}:${actions}`] : []), ...(from ? [`repository:${from}:pull`] : [])];
}

function basic({ username, password }: LoginOptions): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
