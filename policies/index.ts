import { PolicyPack } from "@pulumi/policy";
import { policiesInForce } from "./inForce";
import { hearLevels, type Levels } from "./levels";
import { policiesOf } from "./pack";
import { always, chosen } from "./rules";

let levels: Levels = new Map();
hearLevels(policiesInForce, (heard) => (levels = heard));

new PolicyPack("slipway", {
  enforcementLevel: "mandatory",
  policies: policiesOf([...always, ...chosen], () => levels),
});
