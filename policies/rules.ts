import { cloudDisksEncryptedAndKept } from "./cloudDisksEncryptedAndKept";
import { committedReleaseOnly } from "./committedReleaseOnly";
import { databasesOnLoopback } from "./databasesOnLoopback";
import { dataVolumesRetained } from "./dataVolumesRetained";
import { imagesByDigestOnly } from "./imagesByDigestOnly";
import { memoryLimitsInProduction } from "./memoryLimitsInProduction";
import { noBuildInPromotedStage } from "./noBuildInPromotedStage";
import { noDockerSocket } from "./noDockerSocket";
import { noPrivilegedContainer } from "./noPrivilegedContainer";
import { nothingOfAnotherStage } from "./nothingOfAnotherStage";
import { onlyEdgeListensEverywhere } from "./onlyEdgeListensEverywhere";
import type { Rule } from "./rule";
import { servicesHaveHealthCheck } from "./servicesHaveHealthCheck";
import { servicesRestart } from "./servicesRestart";
import { sshClosedToTheWorld } from "./sshClosedToTheWorld";
import { testDataOffInProduction } from "./testDataOffInProduction";

/** Those of what always holds that an application can break by what its compose files say: looked at before anything is declared. */
export const ofApplications: readonly Rule[] = [databasesOnLoopback, nothingOfAnotherStage];

/** What holds in every stage: the program itself looks at it, whether or not anybody asks for the pack (docs/decisions/policies.md). */
export const always: readonly Rule[] = [
  ...ofApplications,
  imagesByDigestOnly,
  noBuildInPromotedStage,
  dataVolumesRetained,
  cloudDisksEncryptedAndKept,
];

/** What an organisation may choose, by running the pack. */
export const chosen: readonly Rule[] = [
  committedReleaseOnly,
  testDataOffInProduction,
  onlyEdgeListensEverywhere,
  servicesHaveHealthCheck,
  servicesRestart,
  memoryLimitsInProduction,
  noDockerSocket,
  noPrivilegedContainer,
  sshClosedToTheWorld,
];
