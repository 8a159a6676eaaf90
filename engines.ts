/**
 * What an engine in Pulumi's place is made with: how to make what the Docker provider would make, and what the Docker Engine says of it;
 * how that reaches a person; and how the key to a stage's backups is told.
 */
export { containerOptions, type ContainerInputs } from "./docker/container";
export { keyFile, stageIdentities, type StageKey } from "./backup/keyFile";
export { endpoint, type Attachment } from "./docker/endpoint";
export { defaultHost } from "./docker/context";
export type { ContainerDefinition } from "./docker/definition";
export { socketFolder } from "./docker/ownFolder";
export { failureIn } from "./docker/progress";
export { withRemedy } from "./docker/remedies";
export { print, printJson, tell } from "./errors/print";
export { notKnown, type Declared } from "./policies/declared";
export { factsOf } from "./policies/facts";
export { always } from "./policies/rules";
