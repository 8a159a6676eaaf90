import { ask, labelled, unlessGone } from "./ask";
import type { Engine } from "./engine";
import type { ExistingNetwork } from "./ranges";

/**
 * The networks that carry all of some labels, as the Engine lists them: without what is on them.
 *
 * @throws Refused
 */
export async function listNetworks(
  engine: Engine,
  labels: Readonly<Record<string, string>> = {},
): Promise<ExistingNetwork[]> {
  return JSON.parse(
    await ask(engine, "GET", `/networks?${labelled(labels)}`, "list its networks"),
  ) as ExistingNetwork[];
}

/**
 * A network with what is on it; undefined where there is none.
 *
 * @throws Refused
 */
export async function findNetwork(engine: Engine, name: string): Promise<ExistingNetwork | undefined> {
  const body = await ask(engine, "GET", `/networks/${name}`, `show the network ${name}`).catch(unlessGone(undefined));
  return body === undefined ? undefined : (JSON.parse(body) as ExistingNetwork);
}

/** Takes a network away; one that is not there is no error. */
export async function removeNetwork(engine: Engine, name: string): Promise<void> {
  await ask(engine, "DELETE", `/networks/${name}`, `take the network ${name} away`).catch(unlessGone(""));
}

/**
 * Connects a container to a network.
 *
 * @param endpoint as the Engine takes it
 */
export async function connectNetwork(
  engine: Engine,
  network: string,
  container: string,
  endpoint: object,
): Promise<void> {
  const content = JSON.stringify({ Container: container, EndpointConfig: endpoint });
  const what = `connect the container ${container} to the network ${network}`;
  await ask(engine, "POST", `/networks/${network}/connect`, what, { content });
}

/** Cuts a container off from a network, by force; where one of them is gone, that is no error. */
export async function disconnectNetwork(engine: Engine, network: string, container: string): Promise<void> {
  const content = JSON.stringify({ Container: container, Force: true });
  const what = `disconnect the container ${container} from the network ${network}`;
  await ask(engine, "POST", `/networks/${network}/disconnect`, what, { content }).catch(unlessGone(""));
}
