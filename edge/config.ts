import { clientRules, clientTables, isGrpc, usualLimits, type ClientLimits } from "./clientLimits";
import { forwarded, trustedAt, trustedBy } from "./forwarded";
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
  type Upstream,
} from "./layout";
import { globals, timeouts } from "./limits";
import { waysIn, type Surroundings } from "./surroundings";
import { waits } from "./pause";
import { word } from "./word";

/**
 * Where an edge listens while each of its slots serves: two releases may publish other ports, or lead them to other
 * places.
 */
export type Layouts = Record<Slot, readonly Listener[]>;

/** What of an edge is the same for all releases: the stage's settings for it, the parts that are not set left out. */
export interface Face {
  /** The stage's name, which services are told in a header. */
  stage: string;
  /** Whose word on callers counts, where the settings say so. */
  trustedProxies?: readonly string[];
  /** The names under which people reach the stage by HTTPS. */
  domains?: readonly string[];
  /** For how long, in seconds, browsers are to come by HTTPS alone. */
  hsts?: number;
  /** What one client may hold. */
  limits?: ClientLimits;
}

/**
 * The edge's configuration. A changed one is loaded into the running edge.
 *
 * @param newest the slot with the layout of the release to come, which the edge's container was made for
 * @throws Error for a name that would be more than one word of it
 */
export function edgeConfig(face: Face, layouts: Layouts, newest: Slot, around: Surroundings): string {
  checkWords(face, layouts);
  const all = [...layouts[idleBeside(newest)], ...layouts[newest]];
  const outside = unique(all.filter(({ from }) => from === "outside"));
  const inside = all.filter(({ from }) => from === "inside");
  return [
    slots.map((slot) => `${layoutMark(slot)}${JSON.stringify(layouts[slot])}\n`).join("") + placesText(layouts),
    section("global", [
      ...globals(`stats socket ipv4@127.0.0.1:${adminPort} level admin`),
      `lua-load ${paths.pauseProgram}`,
    ]),
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
        isRedirect(listener) ? redirect(listener, outside, face, around) : published(listener, face, layouts, around),
      ),
    ),
    section("frontend onward", [
      ...httpMode(`bind 127.0.0.1:${onwardPort} accept-proxy`),
      ...onward(outside, face.stage, layouts),
    ]),
    ...(inside.length > 0 ? called(inside, face.stage, around) : []),
    ...(outside.length > 0 ? clientTables.map(([name, lines]) => section(name, lines)) : []),
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
          `# place ${backendName(upstream, slot)} ${slot} ${upstream.service} ${upstream.target} ${upstream.mode}${upstream.replicas ? ` ${upstream.replicas}` : ""}\n`,
      ),
    )
    .join("");
}

/**
 * Whatever is written into the configuration by its name is one word of it, whatever the reader of the compose file and the settings let through.
 *
 * @throws Error naming what is none
 */
function checkWords({ stage, domains = [], trustedProxies = [] }: Face, layouts: Layouts): void {
  const all = Object.values(layouts).flat();
  const services = upstreams(all).map(({ service }) => service);
  for (const text of [stage, ...domains, ...trustedProxies, ...all.map(({ name }) => name), ...services]) word(text);
}

/** Every listener once, as it came last. */
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

/** Where an authority looks for its proof, and where everybody else is sent on. What is none of the stage's names is nobody's here (RFC 9110, 15.5.20). */
function redirect(listener: Listener, listening: readonly Listener[], face: Face, around: Surroundings): string[] {
  const https = listening.find(({ isSecure }) => isSecure)?.published ?? 443;
  const { domains = [], limits = usualLimits } = face;
  return [
    ...httpMode(`bind :${listener.port}`),
    ...waysIn("published", around),
    ...clientRules(listener, limits, false, around),
    `http-request return status 421 content-type text/plain string "This name is not served here." ${domains.length === 0 ? "" : `unless { req.hdr(host),host_only -m str -i ${domains.join(" ")} }`}`.trimEnd(),
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

function published(listener: Listener, face: Face, layouts: Layouts, around: Surroundings): string[] {
  const { stage, hsts, trustedProxies, limits = usualLimits } = face;
  const trusted = trustedBy(trustedProxies, around);
  const proxies = listener.isTunnelled ? [] : trustedAt(listener, trusted);
  const binds = listener.isSecure
    ? [
        // It starts without a certificate, and gets one as soon as there is one.
        `bind :${listener.port} ssl crt ${paths.certificates} strict-sni alpn h2,http/1.1`,
        `bind 127.0.0.1:${plainPort}`,
      ]
    : [`bind :${listener.port}`];
  return [
    ...httpMode(...binds),
    ...waysIn(listener.isTunnelled ? "tunnel" : "published", around),
    ...(proxies.length === 0 ? [] : [`acl is_trusted src ${proxies.join(" ")}`]),
    ...clientRules(listener, limits, proxies.length > 0, around),
    ...slotOf("http-request"),
    ...told(stage),
    ...forwarded(listener, trusted),
    ...asked(listener.name, layouts, ""),
    waits("http-request"),
    ...(listener.isSecure && hsts !== undefined
      ? [
          // A service that says it for itself knows better.
          `http-response set-header Strict-Transport-Security max-age=${hsts} unless { res.hdr(strict-transport-security) -m found }`,
        ]
      : []),
    ...chosen(listener.name, layouts, ""),
  ];
}

/** The headers that every service gets with a request. */
function told(stage: string): string[] {
  return [
    "http-request del-header X-Slipway- -m beg",
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
  const ways = outside
    .filter((listener) => !isRedirect(listener))
    .map(({ name, port, isSecure }) => ({ name, here: ` { dst_port ${port}${isSecure ? ` ${plainPort}` : ""} }` }));
  return [
    ...slotOf("http-request"),
    ...told(stage),
    ...ways.flatMap(({ name, here }) => asked(name, layouts, here)),
    waits("http-request"),
    ...ways.flatMap(({ name, here }) => chosen(name, layouts, here)),
  ];
}

/**
 * Which service a listener's callers ask, by the slot that serves.
 *
 * @param condition a further condition
 */
function asked(name: string, layouts: Layouts, condition: string): string[] {
  return slots.flatMap((slot) => {
    const upstream = upstreamOf(name, layouts[slot]);
    return upstream
      ? [`http-request set-var(txn.service) str(${upstream.service}) if { var(txn.slot) -m str ${slot} }${condition}`]
      : [];
  });
}

function upstreamOf(name: string, layout: readonly Listener[]): Upstream | undefined {
  return layout.find((listener) => listener.name === name)?.behind[0]?.upstream;
}

/**
 * Where a listener leads, by the slot that serves. gRPC needs HTTP/2 to its server as well; other requests go on as
 * HTTP/1.1, because servers behind a proxy need not speak HTTP/2.
 *
 * @param condition a further condition
 */
function chosen(name: string, layouts: Layouts, condition: string): string[] {
  const rules = slots.flatMap((slot) => {
    const upstream = upstreamOf(name, layouts[slot]);
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
function called(inside: readonly Listener[], stage: string, around: Surroundings): string[] {
  const isHttp = "{ var(txn.http) -m bool }";
  const isTls = "{ req.payload(0,1),hex -m str 16 }";
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
      // Who may say which name was called: the doors.
      ...waysIn("door", around),
      "timeout client 24h",
      "option clitcpka",
      "tcp-request inspect-delay 30s",
      ...marks,
      ...slotInside("tcp-request content"),
      `tcp-request content set-var(txn.service) ${name}`,
      waits("tcp-request content", ` !${isHttp}`),
      `tcp-request content accept if !${isHttp}`,
      waits("tcp-request content", ` ${isTls}`),
      "tcp-request content accept if { req.len gt 0 }",
      `unique-id-format %[${name}]`,
      `use_backend called_http if ${isHttp} !${isTls}`,
      "use_backend called_onward_tcp if { var(txn.slot) -m str onward }",
      `use_backend %[${name}]_tcp_%[var(txn.slot)]`,
    ]),
    section("backend called_http", ["mode tcp", "timeout server 24h", next]),
    section("frontend called_http", [
      ...httpMode(`bind 127.0.0.1:${calledHttpPort} accept-proxy`),
      `unique-id-format %[${name}]`,
      ...slotInside("http-request"),
      ...told(stage),
      `http-request set-var(txn.service) ${name}`,
      waits("http-request"),
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
