import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./pack";
import { always, chosen } from "./rules";

new PolicyPack("slipway", { enforcementLevel: "mandatory", policies: policiesOf([...always, ...chosen]) });
