import {
  adminPort,
  certificatesName,
  certificatesPort,
  paths,
  plainPort,
  trialPort,
  upstreamName,
  upstreams,
  type Listener,
  type Upstream,
} from "./layout";

/**
 * The part of the edge's configuration that stays for its life. A change of it replaces the edge.
 *
 * @param stage the stage's name, which services are told in a header
 */
export function edgeConfig(stage: string, listening: readonly Listener[]): string {
  return [
    section("global", [
      "log stdout format raw local0",
      "maxconn 8000",
      `stats socket ipv4@127.0.0.1:${adminPort} level admin`,
      "stats timeout 30s",
      "hard-stop-after 8s",
      "ssl-default-bind-options ssl-min-ver TLSv1.2",
    ]),
    section("resolvers docker", [
      "nameserver dns 127.0.0.11:53",
      "resolve_retries 2",
      "timeout resolve 1s",
      "timeout retry 1s",
      // A container keeps its name and may change its address when it restarts.
      "hold valid 1s",
      "hold obsolete 1s",
    ]),
    section("defaults", [
      "log global",
      "option dontlognull",
      "option redispatch",
      "retries 3",
      "timeout connect 5s",
      "timeout http-request 30s",
      "timeout http-keep-alive 75s",
      // Long enough for an answer that takes its time; one that never comes must end at some point.
      "timeout client 10m",
      "timeout server 10m",
      // WebSockets and the like, when neither side says anything.
      "timeout tunnel 4h",
      // Never by the C library: it would hold the start up for as long as a DNS server that is not there keeps it waiting.
      "default-server init-addr none resolvers docker resolve-prefer ipv4",
    ]),
    section("frontend trial", trial()),
    ...listening.map((listener) => section(`frontend ${listener.name}`, frontend(listener, stage, listening))),
    ...(listening.some(isRedirect) ? [section("backend certificates", authority)] : []),
  ].join("\n");
}

/**
 * The upstreams as the guard reads them: name, service, port and mode, a line each.
 */
export function upstreamList(listening: readonly Listener[]): string {
  return upstreams(listening)
    .map((upstream) => `${upstreamName(upstream)} ${upstream.service} ${upstream.target} ${upstream.mode}\n`)
    .join("");
}

/** Requests that say which place is meant: how a release is tried before it serves. */
function trial(): string[] {
  return [
    "mode http",
    `bind 127.0.0.1:${trialPort}`,
    "http-request set-var(txn.to) req.hdr(x-slipway-trial)",
    "http-request del-header X-Slipway-Trial",
    "http-request return status 404 if !{ var(txn.to) -m found }",
    "use_backend %[var(txn.to)]",
  ];
}

function frontend(listener: Listener, stage: string, listening: readonly Listener[]): string[] {
  if (listener.mode === "tcp") {
    return tcp(listener);
  }
  return isRedirect(listener) ? redirect(listener, listening) : http(listener, stage);
}

function isRedirect({ behind }: Listener): boolean {
  return behind.length === 0;
}

/** Where an authority looks for its proof, and where everybody else is sent on. */
function redirect({ port }: Listener, listening: readonly Listener[]): string[] {
  const https = listening.find(({ isSecure }) => isSecure)?.published ?? 443;
  return [
    "mode http",
    `bind :${port}`,
    "acl is_proof path_beg /.well-known/acme-challenge/",
    `http-request redirect code 308 location https://%[req.hdr(host),host_only]${https === 443 ? "" : `:${https}`}%[capture.req.uri] unless is_proof`,
    "use_backend certificates",
  ];
}

const authority = ["mode http", `server keeper ${certificatesName}:${certificatesPort}`];

function http(listener: Listener, stage: string): string[] {
  return [
    "mode http",
    ...(listener.isSecure
      ? [
          // Without a certificate it starts all the same, and is given one as soon as there is one.
          `bind :${listener.port} ssl crt ${paths.certificates} strict-sni alpn h2,http/1.1`,
          `bind 127.0.0.1:${plainPort}`,
        ]
      : [`bind :${listener.port}`]),
    ...serving(listener, "http-request"),
    `http-request set-var(txn.release) var(txn.slot),map(${paths.releases},none)`,
    "http-request set-header X-Slipway-Release %[var(txn.release)]",
    `http-request set-header X-Slipway-Stage ${stage}`,
    ...(listener.from === "outside" ? forwarded(listener) : []),
    `log-format "%ci:%cp [%tr] %f %b %TR/%Tw/%Tc/%Tr/%Ta %ST %B %ts %{+Q}r release=%[var(txn.release)]"`,
    ...chosen(listener),
  ];
}

/** What services are told of callers from outside. */
function forwarded({ isSecure, isTunnelled, published }: Listener): string[] {
  const host = "http-request set-header X-Forwarded-Host %[req.hdr(host)]";
  return isTunnelled
    ? [
        // Cloudflare has said who calls, and how.
        "option forwardfor if-none",
        "http-request set-header X-Forwarded-Proto https unless { req.hdr(x-forwarded-proto) -m found }",
        host,
        "http-request set-header X-Forwarded-Port 443 if { req.hdr(x-forwarded-proto) -m str https }",
        "http-request set-header X-Forwarded-Port 80 unless { req.hdr(x-forwarded-proto) -m str https }",
      ]
    : [
        "option forwardfor",
        `http-request set-header X-Forwarded-Proto ${isSecure ? "https" : "http"}`,
        host,
        `http-request set-header X-Forwarded-Port ${published}`,
      ];
}

function tcp(listener: Listener): string[] {
  return [
    "mode tcp",
    `bind :${listener.port}`,
    ...serving(listener, "tcp-request content"),
    "tcp-request content accept",
    ...chosen(listener),
  ];
}

/**
 * Finds out which slot serves a request. Containers of a release to come that call each other find each other; and a stage whose
 * first release is on its way has nobody but them inside.
 */
function serving({ from }: Listener, rule: string): string[] {
  const slot = `${rule} set-var(txn.slot) str(slot),map(${paths.serving},none)`;
  return from === "outside"
    ? [slot]
    : [
        slot,
        `${rule} set-var(txn.slot) str(a) if { var(txn.slot) -m str none }`,
        `${rule} set-var(txn.slot) src,map_ip(${paths.peers}) if { src,map_ip(${paths.peers}) -m found }`,
      ];
}

function chosen({ behind }: Listener): string[] {
  const to = (upstream: Upstream): string => `use_backend ${upstreamName(upstream)}_%[var(txn.slot)]`;
  const [only, ...others] = behind;
  if (only && others.length === 0) {
    return [to(only.upstream)];
  }
  const named = behind.map(
    ({ upstream, hosts }) => `${to(upstream)} if { req.hdr(host),host_only -i -m str ${hosts.join(" ")} }`,
  );
  const hosts = behind.flatMap((one) => one.hosts);
  const help = `Several services listen on this port. Name one of them as the host: ${hosts.join(", ")}.`;
  return [
    `http-request return status 421 content-type text/plain string "${help}\\n" unless { req.hdr(host),host_only -i -m str ${hosts.join(" ")} }`,
    ...named,
  ];
}

function section(name: string, lines: string[]): string {
  return `${[name, ...lines.map((line) => `  ${line}`)].join("\n")}\n`;
}
