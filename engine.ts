/**
 * What an engine in Pulumi's place is made with: how to make what the Docker provider would make, and what the Docker Engine says of it.
 */
export { containerOptions, type ContainerInputs } from "./docker/container";
export { defaultHost } from "./docker/context";
export type { ContainerDefinition } from "./docker/definition";
export { failureIn } from "./docker/progress";
export { withRemedy } from "./docker/remedies";
