/** A service, as both programs declare it. */
export interface Sketch {
  name: string;
  image: string;
  environment: Record<string, string>;
  networks: string[];
  /** The data volume that it mounts. */
  volume?: string;
  /** How often its health is checked, such as `30s`; undefined: never. */
  checkedEvery?: string;
  /** The services that have to be healthy before it starts. */
  dependsOn: string[];
}
