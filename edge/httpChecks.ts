import type { Check } from "../settings/checks";
import { nearest } from "../errors/suggest";
import { plainPort, trialPort, upstreamName, upstreams, type Listener, type Upstream } from "./layout";

/** An HTTP check that a release must pass, before the cutover and through the edge after it. */
export interface HttpCheck {
  service: string;
  /** The port of the service's containers. */
  target: number;
  path: string;
  /** The status that it must answer with. */
  status: number;
  /** Text that the body must hold. */
  text?: string;
  /** How long, in seconds, an answer may take. */
  timeout: number;
  /**
   * Where it is asked once the release serves: a port of the edge with a host name, or the place of a port that only
   * services call.
   */
  through: { port: number; host: string; serving?: string };
}

type HttpSetting = Extract<Check, { service: string }>;

/**
 * The HTTP checks of a stage, ready for the cutover.
 *
 * @param checks the setting
 * @param listening where the edge listens
 * @param domain the stage's first, where it has one
 * @throws Error naming a check whose service has no HTTP port, or several
 */
export function httpChecks(checks: readonly Check[], listening: readonly Listener[], domain?: string): HttpCheck[] {
  return checks.flatMap((check, index) => ("service" in check ? [planned(check, index, listening, domain)] : []));
}

function planned(
  { service, port, ...rest }: HttpSetting,
  index: number,
  listening: readonly Listener[],
  domain: string | undefined,
): HttpCheck {
  const known = upstreams(listening).filter(({ mode }) => mode === "http");
  const setting = `slipway:checks.${index}`;
  const own = known.filter((upstream) => upstream.service === service);
  if (own.length === 0) {
    throw new Error(unreachable(setting, service, known));
  }
  const meant = port === undefined ? own : own.filter(({ target }) => target === port);
  const [upstream, ...others] = meant;
  if (!upstream || others.length > 0) {
    const ports = own.map(({ target }) => target).join(", ");
    throw new Error(
      upstream
        ? `${setting} asks the service ${service}, which is reached by HTTP on several ports: name one of ${ports} as port.`
        : `${setting}.port is ${port}, and the service ${service} is reached by HTTP on ${ports}: name one of these.`,
    );
  }
  return { service, target: upstream.target, ...rest, through: way(upstream, listening, domain) };
}

function unreachable(setting: string, service: string, known: readonly Upstream[]): string {
  const names = [...new Set(known.map((upstream) => upstream.service))];
  const near = nearest(service, names, 1)[0];
  const hint = near
    ? `did you mean ${near}?`
    : names.length > 0
      ? `name one of ${names.join(", ")}, publish a port of it with app_protocol: http, or list the port under x-slipway: { http: […] }.`
      : "publish a port of it with app_protocol: http, or list the port under x-slipway: { http: […] }.";
  return `${setting}.service is ${service}, which is not reached by HTTP through the edge: ${hint}`;
}

/** A published port is asked from outside, as people reach it. */
function way(upstream: Upstream, listening: readonly Listener[], domain: string | undefined): HttpCheck["through"] {
  const { service, target } = upstream;
  const leading = listening.flatMap(({ from, port, isSecure, behind }) =>
    behind
      .filter((one) => one.upstream.service === service && one.upstream.target === target)
      .map(({ hosts: [host] }) => ({ from, port: isSecure ? plainPort : port, host: isSecure ? domain : host })),
  );
  const outside = leading.find(({ from }) => from === "outside");
  return outside
    ? { port: outside.port, host: outside.host ?? "localhost" }
    : { port: trialPort, host: leading[0]?.host ?? service, serving: upstreamName(upstream) };
}
