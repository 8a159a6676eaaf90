import assert from "node:assert/strict";
import { azurePlatform } from "../../settings/azure";
import { gcePlatform } from "../../settings/gce";

const sizes = {
  gce: {
    "linux/amd64": ["e2-standard-2", "n2d-standard-4", "c3-highcpu-4", "a2-highgpu-1g", "m1-ultramem-40"],
    "linux/arm64": ["t2a-standard-2", "c4a-standard-1", "n4a-standard-2", "a4x-highgpu-4g"],
  },
  azure: {
    "linux/amd64": ["Standard_B2s_v2", "Standard_D2as_v5", "Standard_E4-2ds_v5", "Basic_A1", "Standard_PB6s"],
    "linux/arm64": ["Standard_B2pts_v2", "Standard_D2ps_v5", "Standard_E4pds_v6", "Standard_D2plds_v6"],
  },
} as const;

const platformOf = { gce: gcePlatform, azure: azurePlatform };

describe("the platform of a VM", () => {
  for (const kind of ["gce", "azure"] as const) {
    for (const [platform, all] of Object.entries(sizes[kind])) {
      it(`is ${platform} for ${all.join(", ")}`, () => {
        for (const size of all) assert.equal(platformOf[kind](size), platform, size);
      });
    }
  }
});
