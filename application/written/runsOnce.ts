import type { ComposeConfig, Service } from "../../compose/index";
import { isChecked } from "../healthcheck";
import { retriesOf } from "../retries";
import { roleOf } from "../roles";
import { rewordServices, type Reword } from "./reworded";

/**
 * Services that run to their end and do not say so by `profiles: [job]` become jobs: those whose end others wait for
 * (`service_completed_successfully`), and those that are not started again once they have done what they are there for (`restart: "no"`,
 * `on-failure`) and that nobody can call.
 */
export const runsOnce: Reword = (config) =>
  rewordServices(config, (name, service) => {
    if (roleOf(service) !== "service") return undefined;
    const waiting = dependants(name, config).filter(([, condition]) => condition === "service_completed_successfully");
    const because =
      waiting.length > 0
        ? `${waiting.map(([other]) => other).join(" and ")} ${waiting.length > 1 ? "wait" : "waits"} for its end (service_completed_successfully)`
        : isCalled(name, service, config)
          ? undefined
          : endsBy(service);
    if (because === undefined) return undefined;
    const otherwise = retriesOf(service) === undefined || waiting.length > 0 ? "" : runsOn;
    return {
      service: { ...service, profiles: [...(service.profiles ?? []), "job"] },
      notices: [
        `The service ${name} runs once for each release, as a job, because ${because}; the update waits for its exit code 0.${otherwise}`,
      ],
    };
  });

/** Workers have it as well, and their programs do not end. */
const runsOn = " Where it is to run on, write restart: unless-stopped.";

/** Why a service's end is its own; undefined for one that runs on. One that is silent does, as with Docker wherever its program does. */
function endsBy(service: Service): string | undefined {
  const { restart, deploy } = service;
  const isOver = restart === undefined ? deploy?.restart_policy?.condition === "none" : restart === "no";
  if (isOver) return 'nothing starts it again (restart: "no")';
  const retries = retriesOf(service);
  return retries === undefined
    ? undefined
    : `only a failure starts it again (restart: on-failure, ${retries} ${retries === 1 ? "time" : "times"} at most)`;
}

/** Whether others can call a service, or look at it, so that it is there to be called. */
function isCalled(name: string, service: Service, config: ComposeConfig): boolean {
  const word = new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);
  return (
    (service.ports ?? []).length > 0 ||
    (service.expose ?? []).length > 0 ||
    isChecked(service) ||
    dependants(name, config).length > 0 ||
    Object.entries(config.services).some(
      ([other, { environment = {} }]) =>
        other !== name && Object.values(environment).some((text) => text !== null && word.test(text)),
    )
  );
}

function dependants(name: string, { services }: ComposeConfig): [string, string | undefined][] {
  return Object.entries(services).flatMap(([other, { depends_on: others = {} }]) =>
    name in others ? [[other, others[name]?.condition] as [string, string | undefined]] : [],
  );
}
