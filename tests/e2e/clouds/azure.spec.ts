import { demoOn } from "./demo";

demoOn("azure", {
  machine: {
    kind: "azure",
    location: "westeurope",
    sshFrom: ["10.213.0.0/16"],
    disk: { size: 10 },
    updates: { install: "none" },
  },
  machineType: "VirtualMachine",
});
