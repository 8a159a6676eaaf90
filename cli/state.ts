/** What Pulumi's state of a stage says, as far as orphans are told by it. */
export interface Known {
  /** The ids of all containers and networks that it knows, also of those that are to be deleted yet. */
  ids: ReadonlySet<string>;
  /** What an update was making when it was killed. */
  pending: { resource: string; name?: string }[];
}

interface Deployment {
  resources?: { type: string; id?: string }[];
  pending_operations?: { type: string; resource: { urn: string; inputs?: { name?: unknown } } }[];
}

/**
 * Reads an exported state (`pulumi stack export`). Its names and ids are no secrets; what is one stays encrypted in it.
 *
 * @throws SyntaxError where it is none
 */
export function knownTo(exported: string): Known {
  const { deployment = {} } = JSON.parse(exported) as { deployment?: Deployment };
  const { resources = [], pending_operations: operations = [] } = deployment;
  return {
    ids: new Set(
      resources.flatMap(({ type, id }) => (id && /^docker:index\/(container|network):/.test(type) ? id : [])),
    ),
    pending: operations.map(({ resource: { urn, inputs } }) => ({
      resource: urn.split("::").at(-1) ?? urn,
      name: typeof inputs?.name === "string" ? inputs.name : undefined,
    })),
  };
}
