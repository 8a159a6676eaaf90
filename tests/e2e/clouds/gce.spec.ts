import { demoOn } from "./demo";

demoOn("gce", {
  machine: {
    kind: "gce",
    project: "shop-123456",
    zone: "europe-west1-b",
    sshFrom: ["10.213.0.0/16"],
    disk: { size: 10 },
    updates: { install: "none" },
  },
  machineType: "Instance",
  forget: "pulumi refresh --target '**GceMachine**'",
});
