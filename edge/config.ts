import { forwarded, type Trusted } from "./forwarded";
import {
  adminPort,
  backendName,
  calledHttpPort,
  calledPort,
  certificatesName,
  certificatesPort,
  idleBeside,
  onwardPort,
  paths,
  plainPort,
  slots,
  trialPort,
  upstreams,
  type Listener,
  type Slot,
} from "./layout";
import { globals, timeouts } from "./limits";

/**
 * Where an edge listens while each of its slots serves: two releases may publish other ports, or lead them to other
 * places.
 */
export type Layouts = Record<Slot, readonly Listener[]>;

/**
 * The edge's configuration. A changed one is loaded into the running edge.
 *
 * @param stage the stage's name, which services get in a header
 * @param newest the slot with the layout of the release to come, for which the edge's container was made
 * @param trusted the proxies that are believed about callers
 */
export function edgeConfig(stage: string, layouts: Layouts, newest: Slot, trusted: Trusted): string {
  const all = [...layouts[idleBeside(newest)], ...layouts[newest]];
  const outside = unique(all.filter(({ from }) => from === "outside"));
  const inside = all.filter(({ from }) => from === "inside");
  return [
    slots.map((slot) => `${layoutMark(slot)}${JSON.stringify(layouts[slot])}\n`).join("") + placesText(layouts),
    section("global", globals(`stats socket ipv4@127.0.0.1:${adminPort} level admin`)),
    section("resolvers docker", [
      "nameserver dns 127.0.0.11:53",
      "resolve_retries 2",
      "timeout resolve 1s",
      "timeout retry 1s",
      // A restarted container keeps its name and may change its address.
      "hold valid 1s",
      "hold obsolete 1s",
    ]),
    section("defaults", [
      "log global",
      "option dontlognull",
      "option redispatch",
      "retries 3",
      ...timeouts,
      // Without the C library, which would hold up the start for as long as a missing DNS server keeps it waiting.
      "default-server init-addr none resolvers docker resolve-prefer ipv4",
    ]),
    section("frontend trial", trial),
    ...outside.map((listener) =>
      section(
        `frontend ${listener.name}`,
        isRedirect(listener) ? redirect(listener, outside) : published(listener, stage, layouts, trusted),
      ),
    ),
    section("frontend onward", [
      ...httpMode(`bind 127.0.0.1:${onwardPort} accept-proxy`),
      ...onward(outside, stage, layouts),
    ]),
    ...(inside.length > 0 ? called(inside, stage) : []),
    section("backend onward", ["mode http", `server next 127.0.0.1:${onwardPort} send-proxy-v2 init-addr 127.0.0.1`]),
    section("backend onward_h2", [
      "mode http",
      `server next 127.0.0.1:${onwardPort} send-proxy-v2 proto h2 init-addr 127.0.0.1`,
    ]),
    ...(outside.some(isRedirect) ? [section("backend certificates", authority)] : []),
  ].join("\n");
}

/** The beginning of the lines that keep each slot's layout; they are the first of the configuration. */
function layoutMark(slot: Slot): string {
  return `# listeners ${slot} `;
}

/**
 * Where an edge listens, as its configuration tells it.
 *
 * @returns a slot without a layout is undefined, as in an empty text or in one by another version
 */
export function parseLayouts(text: string): Partial<Record<Slot, Listener[]>> {
  const found = slots.flatMap((slot) => {
    const line = text.split("\n", slots.length).find((one) => one.startsWith(layoutMark(slot)));
    return line === undefined ? [] : [[slot, JSON.parse(line.slice(layoutMark(slot).length)) as Listener[]]];
  });
  return Object.fromEntries(found) as Partial<Record<Slot, Listener[]>>;
}

/** The places of the edge for the guard, a comment each: name, slot, service, port and mode. */
function placesText(layouts: Layouts): string {
  return slots
    .flatMap((slot) =>
      upstreams(layouts[slot]).map(
        (upstream) =>
          `# place ${backendName(upstream, slot)} ${slot} ${upstream.service} ${upstream.target} ${upstream.mode}\n`,
      ),
    )
    .join("");
}

/** The listeners without repetitions; the last one of each name counts. */
function unique(all: readonly Listener[]): Listener[] {
  return [...new Map(all.map((listener) => [listener.name, listener])).values()];
}

/**
 * Requests that name their place, or their service: the trial of a release before it serves, and the checks of ports
 * that only other services call.
 */
const trial = [
  "mode http",
  `bind 127.0.0.1:${trialPort}`,
  "http-request set-var(txn.to) req.hdr(x-slipway-trial)",
  ...slotOf("http-request"),
  "http-request set-var(txn.to) req.hdr(x-slipway-serving),concat(_,txn.slot) if { req.hdr(x-slipway-serving) -m found }",
  "http-request del-header X-Slipway-Trial",
  "http-request del-header X-Slipway-Serving",
  "http-request return status 404 if !{ var(txn.to) -m found }",
  "use_backend %[var(txn.to)]",
];

function isRedirect({ behind }: Listener): boolean {
  return behind.length === 0;
}

/** Answers an authority's question for its proof, and sends all other callers on to HTTPS. */
function redirect({ port }: Listener, listening: readonly Listener[]): string[] {
  const https = listening.find(({ isSecure }) => isSecure)?.published ?? 443;
  return [
    ...httpMode(`bind :${port}`),
    "acl is_proof path_beg /.well-known/acme-challenge/",
    `http-request redirect code 308 location https://%[req.hdr(host),host_only]${https === 443 ? "" : `:${https}`}%[capture.req.uri] unless is_proof`,
    "use_backend certificates",
  ];
}

const authority = ["mode http", `server keeper ${certificatesName}:${certificatesPort}`];

/**
 * After a reload, an idle connection is closed with its next answer: to close it at once could lose a request that is
 * on its way.
 */
function httpMode(...binds: string[]): string[] {
  return ["mode http", ...binds, "option idle-close-on-response"];
}

function published(listener: Listener, stage: string, layouts: Layouts, trusted: Trusted): string[] {
  const binds = listener.isSecure
    ? [
        // It starts without a certificate, and gets one as soon as there is one.
        `bind :${listener.port} ssl crt ${paths.certificates} strict-sni alpn h2,http/1.1`,
        `bind 127.0.0.1:${plainPort}`,
      ]
    : [`bind :${listener.port}`];
  return [
    ...httpMode(...binds),
    ...slotOf("http-request"),
    ...told(stage),
    ...forwarded(listener, trusted),
    ...chosen(listener.name, layouts, ""),
  ];
}

/** The headers that every service gets with a request. */
function told(stage: string): string[] {
  return [
    `http-request set-var(txn.release) var(txn.slot),map(${paths.releases},none)`,
    "http-request set-header X-Slipway-Release %[var(txn.release)]",
    `http-request set-header X-Slipway-Stage ${stage}`,
    `log-format "%ci:%cp [%tr] %f %b %TR/%Tw/%Tc/%Tr/%Ta %ST %B %ts %{+Q}r release=%[var(txn.release)]"`,
  ];
}

/**
 * Handles the requests that a process from before the last reload passes on; it has set the caller and the port
 * already.
 */
function onward(outside: readonly Listener[], stage: string, layouts: Layouts): string[] {
  const rules = outside
    .filter((listener) => !isRedirect(listener))
    .flatMap(({ name, port, isSecure }) =>
      chosen(name, layouts, ` { dst_port ${port}${isSecure ? ` ${plainPort}` : ""} }`),
    );
  return [...slotOf("http-request"), ...told(stage), ...rules];
}

/**
 * Where a listener leads, by the slot that serves. gRPC needs HTTP/2 to its server as well; other requests go on as
 * HTTP/1.1, because servers behind a proxy need not speak HTTP/2.
 *
 * @param condition a further condition
 */
function chosen(name: string, layouts: Layouts, condition: string): string[] {
  const isGrpc = "{ req.hdr(content-type) -m beg application/grpc }";
  const rules = slots.flatMap((slot) => {
    const upstream = layouts[slot].find((listener) => listener.name === name)?.behind[0]?.upstream;
    const serves = `{ var(txn.slot) -m str ${slot} }${condition}`;
    return upstream
      ? [
          `use_backend ${backendName({ ...upstream, mode: "h2" }, slot)} if ${serves} ${isGrpc}`,
          `use_backend ${backendName(upstream, slot)} if ${serves}`,
        ]
      : [];
  });
  return [
    `use_backend onward_h2 if { var(txn.slot) -m str onward }${condition} ${isGrpc}`,
    `use_backend onward if { var(txn.slot) -m str onward }${condition}`,
    ...rules,
  ];
}

/** Finds the slot that serves a request; `onward` where a newer process decides. */
function slotOf(rule: string): string[] {
  return [`${rule} set-var(txn.slot) str(slot),map(${paths.serving},none)`];
}

/**
 * The same for callers inside. Containers of a coming release find each other; and while a stage's first release is on
 * its way, all callers inside are its own.
 */
function slotInside(rule: string): string[] {
  return [
    ...slotOf(rule),
    `${rule} set-var(txn.slot) str(a) if { var(txn.slot) -m str none }`,
    `${rule} set-var(txn.slot) src,map_ip(${paths.peers}) if { src,map_ip(${paths.peers}) -m found } !{ var(txn.slot) -m str onward }`,
  ];
}

/** The name that was called, as its door passes it on. */
const name = "fc_pp_unique_id";

/**
 * Callers of a name. On a port that is called by HTTP the first byte tells HTTP from TLS (a handshake begins with 16
 * hexadecimal), which is passed on as it comes. On any other port no byte is waited for, because there the server may
 * speak first.
 */
function called(inside: readonly Listener[], stage: string): string[] {
  const isHttp = "{ var(txn.http) -m bool }";
  const place = `%[${name}]_%[dst_port]`;
  const http = inside.flatMap(({ behind }) => behind.map(({ upstream }) => upstream));
  const marks = [...new Set(http.map(({ service }) => service))].map((service) => {
    const ports = [...new Set(http.filter((one) => one.service === service).map(({ target }) => target))].join(" ");
    return `tcp-request content set-var(txn.http) bool(true) if { ${name} -m str ${service} } { dst_port ${ports} }`;
  });
  const to = (port: number): string =>
    `server next 127.0.0.1:${port} send-proxy-v2 proxy-v2-options unique-id init-addr 127.0.0.1`;
  const next = to(calledHttpPort);
  return [
    section("frontend called", [
      "mode tcp",
      `bind :${calledPort} accept-proxy`,
      "timeout client 24h",
      "option clitcpka",
      "tcp-request inspect-delay 30s",
      ...marks,
      ...slotInside("tcp-request content"),
      `tcp-request content accept if !${isHttp}`,
      "tcp-request content accept if { req.len gt 0 }",
      `unique-id-format %[${name}]`,
      `use_backend called_http if ${isHttp} !{ req.payload(0,1),hex -m str 16 }`,
      "use_backend called_onward_tcp if { var(txn.slot) -m str onward }",
      `use_backend %[${name}]_tcp_%[var(txn.slot)]`,
    ]),
    section("backend called_http", ["mode tcp", "timeout server 24h", next]),
    section("frontend called_http", [
      ...httpMode(`bind 127.0.0.1:${calledHttpPort} accept-proxy`),
      `unique-id-format %[${name}]`,
      ...slotInside("http-request"),
      ...told(stage),
      "use_backend called_onward_h2 if { var(txn.slot) -m str onward } { fc_http_major 2 }",
      "use_backend called_onward if { var(txn.slot) -m str onward }",
      // A caller that speaks HTTP/2 without TLS knows that the server does.
      `use_backend ${place}_h2_%[var(txn.slot)] if { fc_http_major 2 }`,
      `use_backend ${place}_%[var(txn.slot)]`,
    ]),
    section("backend called_onward_tcp", ["mode tcp", "timeout server 24h", to(calledPort)]),
    section("backend called_onward", ["mode http", next]),
    section("backend called_onward_h2", ["mode http", `${next} proto h2`]),
  ];
}

function section(name: string, lines: string[]): string {
  return `${[name, ...lines.map((line) => `  ${line}`)].join("\n")}\n`;
}
