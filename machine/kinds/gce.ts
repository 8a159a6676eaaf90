import { gcePlatform, type GceSettings } from "../../settings/gce";
import { vmIn } from "./vm";

/** A VM on Google Compute Engine. */
export const gce = vmIn<GceSettings>({ cloud: "slipway-gcp", platform: ({ size }) => gcePlatform(size) });
