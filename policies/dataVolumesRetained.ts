import { records } from "./declared";
import { removable } from "./kept";
import type { Rule } from "./rule";

/**
 * No update and no destroy deletes a volume with data. A volume of files that Slipway puts there itself holds no data; its label alone makes none of
 * another one.
 */
export const dataVolumesRetained: Rule = {
  name: "data-volumes-retained",
  description: "A volume with data stays, whatever becomes of what declares it.",
  problems(resource) {
    const { type, name, inputs, owners } = resource;
    const isFiles =
      owners[0] === "slipway:stage:Stage" &&
      owners.slice(1).some((owner) => filled.has(owner)) &&
      records(inputs["labels"]).some(({ label }) => label === "slipway.files");
    const problem = type === "docker:index/volume:Volume" && !isFiles ? removable(resource) : undefined;
    return problem === undefined ? [] : [`${name} is a data volume that is ${problem}.`];
  },
};

/** The components that fill volumes with files. */
const filled = new Set(["slipway:services:ServiceFiles", "slipway:services:BundleVolume", "slipway:edge:Edge"]);
