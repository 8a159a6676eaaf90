import type { Loaded, Position } from "../compose/index";

/** A published port, and where it is written. */
export interface WrittenPort {
  service: string;
  /** The port of the machine. */
  published: number;
  at?: Position;
  /** The variable that it is filled from; undefined: it is written as a number. */
  variable?: string;
}

/** Where the published ports of an application are written, without ranges and ports of which any free one will do. */
export function writtenPorts({ config, interpolations, environment, where }: Loaded): WrittenPort[] {
  return Object.entries(config.services).flatMap(([service, { ports = [] }]) =>
    ports.flatMap(({ published = "" }, index) => {
      if (!/^\d+$/.test(published)) return [];
      const path = ["services", service, "ports", index];
      const within = interpolations.filter(({ path: filled }) => path.every((step, depth) => filled[depth] === step));
      // The short form of a port may take its address, or the port inside, from a variable as well.
      const named = within
        .flatMap(({ path: filled, variables }) =>
          filled.length === path.length || filled.at(-1) === "published" ? variables : [],
        )
        .find((name) => environment[name] === undefined || environment[name] === published);
      return [
        { service, published: Number(published), at: where(path), ...(named === undefined ? {} : { variable: named }) },
      ];
    }),
  );
}

/** How to choose another port: by its variable where it has one, else where it is written or in the stage's overlay. */
export function portRemedy({ service, at, variable }: WrittenPort): string {
  if (variable !== undefined) {
    return `with the variable ${variable} (slipway:env.${variable})`;
  }
  const place = at ? `${at.file}:${at.line}:${at.column}` : "the compose file";
  return `at ${place}, or for this stage alone in its overlay (slipway:overlay): services: { ${service}: { ports: !override […] } }, with all ports that it is to have`;
}
