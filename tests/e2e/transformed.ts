import type { Project } from "./project";

/** What a careless program makes of the resources of a type, given as JavaScript. */
export interface Careless {
  type: string;
  /** With `props` in scope. */
  props?: string;
  /** With `opts` in scope. */
  opts?: string;
}

/** Does some work while a project's program changes resources by a transformation of its own. */
export async function transformed<T>(
  project: Project,
  { type, props = "props", opts = "opts" }: Careless,
  work: () => Promise<T>,
): Promise<T> {
  const careless = `({ type, props, opts }) => (type === "${type}" ? { props: ${props}, opts: ${opts} } : undefined)`;
  const program = project.read("index.js");
  project.edit("index.js", "readSettings()))", `readSettings()), { transformations: [${careless}] })`);
  try {
    return await work();
  } finally {
    project.write("index.js", program);
  }
}
