import * as pulumi from "@pulumi/pulumi";
import { printable } from "./printable";

type Said = (text: string, resource?: pulumi.Resource) => void;

/** Tells the person who watches a preview or an update; the one place from which anything is handed to Pulumi's own log. */
export const log: Record<"info" | "warn" | "error", Said> = {
  info: (text, resource) => void pulumi.log.info(printable(text), resource),
  warn: (text, resource) => void pulumi.log.warn(printable(text), resource),
  error: (text, resource) => void pulumi.log.error(printable(text), resource),
};
