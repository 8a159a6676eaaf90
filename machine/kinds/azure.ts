import { azurePlatform, type AzureSettings } from "../../settings/azure";
import { vmIn } from "./vm";

/** A VM on Azure. */
export const azure = vmIn<AzureSettings>({ cloud: "slipway-azure", platform: ({ size }) => azurePlatform(size) });
