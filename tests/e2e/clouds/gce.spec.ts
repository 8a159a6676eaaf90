import { demoOn } from "./demo";

demoOn("gce", {
  machine: {
    kind: "gce",
    project: "shop-123456",
    zone: "europe-west1-b",
  },
  machineType: "Instance",
  forget: "pulumi refresh --target '**GceMachine**'",
});
