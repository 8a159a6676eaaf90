import { cloudDisksEncryptedAndKept } from "./cloudDisksEncryptedAndKept";
import { committedReleaseOnly } from "./committedReleaseOnly";
import { databasesOnLoopback } from "./databasesOnLoopback";
import { dataVolumesRetained } from "./dataVolumesRetained";
import { hostFoldersForDataOnly } from "./hostFoldersForDataOnly";
import { imagesByDigestOnly } from "./imagesByDigestOnly";
import { memoryLimitsInProduction } from "./memoryLimitsInProduction";
import { noBuildInPromotedStage } from "./noBuildInPromotedStage";
import { noDockerSocket } from "./noDockerSocket";
import { noExposedDatabase } from "./noExposedDatabase";
import { noPrivilegedContainer } from "./noPrivilegedContainer";
import { nothingOfAnotherStage } from "./nothingOfAnotherStage";
import { onlyEdgeListensEverywhere } from "./onlyEdgeListensEverywhere";
import type { Rule } from "./rule";
import { servicesHaveHealthCheck } from "./servicesHaveHealthCheck";
import { servicesRestart } from "./servicesRestart";
import { sshClosedToTheWorld } from "./sshClosedToTheWorld";
import { testDataOffInProduction } from "./testDataOffInProduction";

/** The rules that always hold and that compose files can break: they are checked before anything is declared. */
export const ofApplications: readonly Rule[] = [databasesOnLoopback, nothingOfAnotherStage];

/**
 * The rules that hold in every stage: the program itself checks them, with or without the pack
 * (docs/decisions/policies.md).
 */
export const always: readonly Rule[] = [
  ...ofApplications,
  imagesByDigestOnly,
  noBuildInPromotedStage,
  dataVolumesRetained,
  cloudDisksEncryptedAndKept,
];

/** The rules that an organisation chooses by running the pack. */
export const chosen: readonly Rule[] = [
  committedReleaseOnly,
  testDataOffInProduction,
  onlyEdgeListensEverywhere,
  servicesHaveHealthCheck,
  servicesRestart,
  memoryLimitsInProduction,
  noDockerSocket,
  noExposedDatabase,
  noPrivilegedContainer,
  hostFoldersForDataOnly,
  sshClosedToTheWorld,
];
