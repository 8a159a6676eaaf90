import { loadavg } from "node:os";
import type { Edition } from "../application";
import { changed, edition } from "../editions";
import type { Options } from "../options";
import { line } from "../report";
import type { Group, Run } from "../runs";
import { served } from "../served";
import { changeOf } from "../times/containers";
import { listen } from "../times/dockerEvents";
import { split } from "../times/split";
import { underLoad } from "../underLoad";

/** Another way to update the same application. */
export interface Peer {
  group: Group;
  /** The application's address. */
  url: string;
  /** The label of its services' containers, as `name=value`. */
  label: string;
  /** Brings up a release; the first one from nothing. */
  up(to: Edition): Promise<void>;
}

/** Takes a peer through as many updates as production goes through promotions. */
export async function measurePeer(peer: Peer, options: Options): Promise<Run[]> {
  await peer.up(edition(1));
  const taken: Run[] = [];
  for (let number = 1; number <= options.runs; number++) {
    taken.push(await measure(peer, options, edition(number), edition(number + 1)));
  }
  return taken;
}

async function measure(peer: Peer, options: Options, from: Edition, to: Edition): Promise<Run> {
  const heard = listen([peer.label]);
  const { figures, result } = await underLoad(peer.url, options, async () => {
    const begun = Date.now();
    await peer.up(to);
    return { begun, ended: Date.now() };
  });
  const change = changeOf(await heard());
  served(figures, to.web);
  const end = change.drained ?? result.ended;
  // Compose waits for the new container's health after the old one's end.
  const whole = Math.max(end, ...change.spans.map((span) => span.to));
  const run: Run = {
    group: peer.group,
    title: `${from.web} → ${to.web}`,
    services: changed(from, to),
    figures,
    seconds: (whole - result.begun) / 1000,
    split: split(result.begun, whole, change.spans),
    healthy: change.healthy,
    load: loadavg()[0] ?? 0,
  };
  console.log(line(run));
  return run;
}
