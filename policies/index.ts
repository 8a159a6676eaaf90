import { PolicyPack } from "@pulumi/policy";
import { imagesByDigestOnly } from "./imagesByDigestOnly";
import { noBuildInPromotedStage } from "./noBuildInPromotedStage";

new PolicyPack("slipway", {
  enforcementLevel: "mandatory",
  policies: [imagesByDigestOnly, noBuildInPromotedStage()],
});
