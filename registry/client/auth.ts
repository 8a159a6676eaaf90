import type { CredentialSource, Credentials } from "../../docker/credentials";

/** The rights that a call needs; tokens are kept by them. */
export interface Access {
  /** Repository path in the registry's API. */
  repository?: string;
  action: "pull" | "push" | "delete";
  /** A second repository that is read along with it (a blob mounted from there). */
  from?: string;
}

/** A `WWW-Authenticate` header's challenge: its scheme in lower case and its parameters. */
export interface Challenge {
  scheme: string;
  parameters: Record<string, string>;
}

interface Token {
  value: string;
  /** The time, in milliseconds since 1970, from which on a new one is fetched. */
  staleAt: number;
}

/**
 * Reads a `WWW-Authenticate` header (RFC 9110, section 11.6.1), which may hold several challenges.
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  const part = /([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z][A-Za-z0-9_-]*)(?=\s|,|$)/g;
  for (const [, name, quoted, bare, scheme] of header.matchAll(part)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} });
    else if (name !== undefined) {
      const value = quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "";
      const current = challenges.at(-1);
      if (current) current.parameters[name.toLowerCase()] = value;
    }
  }
  return challenges;
}

/**
 * Logs in to one registry as it asks: Basic, or Bearer tokens by the Docker registry token specification. Learns from
 * the first refusal which of them it is, and fetches a token once for each repository and kind of access.
 */
export class Authorizer {
  private found: Promise<Credentials | undefined> | undefined;
  private basic = false;
  private readonly challenges = new Map<string, Challenge>();
  private readonly tokens = new Map<string, Promise<Token>>();

  /**
   * @param origin the registry's own address: a password that it protects by HTTPS is sent only over HTTPS
   * @param fetchToken asks a token endpoint and returns its JSON; throws where the endpoint refuses
   */
  constructor(
    private readonly origin: string,
    private readonly source: CredentialSource | undefined,
    private readonly fetchToken: (url: URL, init: RequestInit) => Promise<unknown>,
  ) {}

  /** Whether there are credentials; asks their source if it was not asked before. */
  async hasCredentials(): Promise<boolean> {
    return (await this.credentials()) !== undefined;
  }

  /** The `Authorization` header for a call; undefined until the registry has asked for a login. */
  async header(access: Access): Promise<string | undefined> {
    const key = keyOf(access);
    const challenge = this.challenges.get(key);
    if (challenge) return `Bearer ${await this.token(key, challenge, access)}`;
    return this.basic ? basicHeader(await this.credentials()) : undefined;
  }

  /**
   * Takes in a refusal (401).
   *
   * @param sent the header that was refused
   * @returns whether the call is worth a second try
   */
  async refused(access: Access, header: string | null, sent: string | undefined): Promise<boolean> {
    const challenges = parseChallenges(header ?? "");
    const bearer = challenges.find(({ scheme, parameters }) => scheme === "bearer" && parameters["realm"]);
    if (bearer) {
      const key = keyOf(access);
      this.challenges.set(key, bearer);
      this.tokens.delete(key);
      return true;
    }
    if (sent !== undefined || !challenges.some(({ scheme }) => scheme === "basic")) return false;
    this.basic = true;
    return basicHeader(await this.credentials()) !== undefined;
  }

  private credentials(): Promise<Credentials | undefined> {
    this.found ??= Promise.resolve(typeof this.source === "function" ? this.source() : this.source);
    return this.found;
  }

  private async token(key: string, challenge: Challenge, access: Access): Promise<string> {
    const kept = await this.tokens.get(key)?.catch(() => undefined);
    if (kept && kept.staleAt > Date.now()) return kept.value;
    const fetching = this.fetch(challenge, access);
    this.tokens.set(key, fetching);
    return (await fetching).value;
  }

  private async fetch(challenge: Challenge, access: Access): Promise<Token> {
    const credentials = await this.credentials();
    const url = new URL(challenge.parameters["realm"] ?? "", this.origin);
    if (credentials && this.origin.startsWith("https:") && url.protocol !== "https:") {
      throw new Error(
        `Registry ${this.origin} sends logins to ${url.origin}, which is not HTTPS: no password is sent there.`,
      );
    }
    const answer = (await this.fetchToken(url, tokenRequest(url, challenge, access, credentials))) as {
      token?: unknown;
      access_token?: unknown;
      expires_in?: unknown;
    };
    const value = answer.token ?? answer.access_token;
    if (typeof value !== "string" || value === "")
      throw new Error(`${url.origin} answered a login without a token: see whether it is the registry's own.`);
    // The specification's default is 60 seconds. A token is replaced early, so that it does not run out during a call.
    const seconds = typeof answer.expires_in === "number" && answer.expires_in > 0 ? answer.expires_in : 60;
    return { value, staleAt: Date.now() + seconds * 800 };
  }
}

/** Completes `url` by the query where the request is a GET. */
function tokenRequest(
  url: URL,
  challenge: Challenge,
  access: Access,
  credentials: Credentials | undefined,
): RequestInit {
  const { service, scope } = challenge.parameters;
  const scopes = scope ? scope.split(" ") : scopesOf(access);
  if (credentials && "identityToken" in credentials) {
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "slipway", scope: scopes.join(" ") });
    form.set("refresh_token", credentials.identityToken);
    if (service) form.set("service", service);
    return { method: "POST", body: form };
  }
  if (service) url.searchParams.set("service", service);
  for (const wanted of scopes) url.searchParams.append("scope", wanted);
  const authorization = basicHeader(credentials);
  return authorization ? { headers: { authorization } } : {};
}

function scopesOf({ repository, action, from }: Access): string[] {
  if (repository === undefined) return [];
  const actions = { pull: "pull", push: "pull,push", delete: "delete" }[action];
  return [`repository:${repository}:${actions}`, ...(from === undefined ? [] : [`repository:${from}:pull`])];
}

function basicHeader(credentials: Credentials | undefined): string | undefined {
  if (!credentials || !("username" in credentials)) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

function keyOf({ repository, action, from }: Access): string {
  return [action, repository ?? "", from ?? ""].join(" ");
}
