import { createRequire } from "node:module";
import { inCloud, stages } from "../components/shop";
import { compose, stages as wellFormed } from "../policies/stages";

/** What holds for every stage holds for those in clouds. */
function only<T>(all: Record<string, T>, wanted: Record<string, T>): void {
  Object.keys(all).forEach((kind) => Reflect.deleteProperty(all, kind));
  Object.assign(all, wanted);
}

only(stages, {
  "that builds on Google Cloud": inCloud("gce"),
  "that takes a release over on Azure": inCloud("azure", { builds: false }),
});
only(wellFormed, {
  "that builds on Google Cloud": inCloud("gce", { compose }),
  "that takes a release over on Google Cloud": inCloud("gce", { compose, builds: false }),
  "that builds on Azure": inCloud("azure", { compose }),
  "that takes a release over on Azure": inCloud("azure", { compose, builds: false }),
});

// Which stages there are is read as these are loaded.
const load = createRequire(__filename);
load("../components/services/services.spec");
load("../components/services/secrecy.spec");
load("../components/stage.spec");
load("../policies/stages.spec");
