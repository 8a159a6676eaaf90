import { readFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "./layout";

/** The program by which the edge holds requests, for HAProxy's Lua. */
export function pauseProgram(): string {
  return readFileSync(join(__dirname, "pause.lua"), "utf8").replace("PAUSED", paths.paused);
}

/** Has what the variable `txn.service` names wait for as long as that service is paused. */
export function waits(rule: string, condition = ""): string {
  return `${rule} lua.wait if { var(txn.service),map(${paths.paused}) -m found }${condition}`;
}
