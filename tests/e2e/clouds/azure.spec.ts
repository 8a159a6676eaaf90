import { demoOn } from "./demo";

demoOn("azure", {
  machine: {
    kind: "azure",
    location: "westeurope",
  },
  machineType: "VirtualMachine",
});
