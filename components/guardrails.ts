import * as pulumi from "@pulumi/pulumi";
import { containersOf, listensUntold, type DeclaredContainer } from "../policies/container";
import { record, records, text, type Declared } from "../policies/declared";
import type { Rule } from "../policies/rule";
import { refuse } from "../plan/alwaysHold";
import { always } from "../policies/rules";
import type { StageFacts } from "../policies/stage";
import type { WantedPort } from "../plan/conflicts";
import { Certificates } from "./edge/certificates";
import { Doors } from "./edge/doors";
import { Edge } from "./edge/edge";
import { afterwards, resolved } from "./known";
import { afterTransforms } from "./lastWord";
import { LocalRegistry } from "./registry/local";
import { BundleVolume } from "./services/bundles";
import { ServiceFiles } from "./services/files";
import { Services } from "./services/services";
import { Connectors } from "./tunnel/connectors";
import { Tunnel } from "./tunnel/tunnel";

/**
 * Looks at each resource of a stage as it is declared, options included, by the same rules. What a person writes has been refused before; what
 * shows here is a fault of a component, or of what somebody gave to the stage or to the program to change resources with: transformations, behind
 * which this one has to stand ({@link standLast}), and transforms, each of which is looked at as it is run.
 *
 * @param said the ports of the machine that compose files and settings name
 * @param onMachine the services that the compose files put on the machine's own network
 */
export function guardrails(
  stage: StageFacts,
  said: readonly WantedPort[],
  onMachine: readonly string[] = [],
): pulumi.ResourceTransformation {
  const rules = [...always, listensAsSaid(said, onMachine)];
  const refuseBroken = (declared: Declared): void => refuse(rules, [declared], stage);
  /** The owners of the stage's resources, by what tells each in the program. */
  const ownersBy = new Map<string, string[]>();
  afterTransforms(async ({ type, name, parent, props, isKept }) => {
    const owners = ownersBy.get(keyOf(typesIn(parent), type, name));
    if (!owners) return;
    refuseBroken({ type, name, owners, inputs: record((await resolved(props)) as object), isKept });
  });
  return ({ type, name, props, opts }) => {
    const { retainOnDelete = false, protect = false } = opts;
    const owners = ownersOf(opts.parent);
    ownersBy.set(keyOf(typesOf(opts.parent), type, name), owners);
    const declared = { type, name, owners, isKept: retainOnDelete || protect };
    refuseBroken({ ...declared, inputs: record(props) });
    const late = afterwards(props as object, async () =>
      refuseBroken({ ...declared, inputs: record((await resolved(props)) as object) }),
    );
    return late && { props: late, opts };
  };
}

/**
 * Puts a transformation behind all others that what belongs to a component goes through, those of the whole stack included, which the SDK puts
 * behind a component's own.
 */
export function standLast(component: pulumi.Resource, transformation: pulumi.ResourceTransformation): void {
  const kept = component as unknown as Kept;
  kept.__transformations = [...(kept.__transformations ?? []), transformation];
}

/** A port that neither a compose file nor a setting names is refused: a policy could not know it. */
function listensAsSaid(said: readonly WantedPort[], onMachine: readonly string[]): Rule {
  return {
    name: "listens-as-said",
    description: "Nothing listens beyond what the compose file and the overlay say.",
    problems(resource) {
      const containers = containersOf(resource);
      return [
        ...containers
          .filter((container) => !isOneOf(onMachine, container))
          .flatMap((container) => listensUntold(container) ?? [])
          .map((how) => `${resource.name} ${how}.`),
        ...containers
          .flatMap(({ inputs }) => records(inputs["ports"]))
          .filter(({ external, ip }) => typeof external === "number" && !said.some(isThat(external, ip)))
          .map(
            ({ external }) =>
              `${resource.name} listens on port ${external}, which neither the compose file nor the overlay publishes there: name it in ports: of its service.`,
          ),
      ];
    },
  };
}

/** Whether a container is on the machine's own network, and that of a service which is to be there. */
function isOneOf(services: readonly string[], { inputs }: DeclaredContainer): boolean {
  return (
    inputs["networkMode"] === "host" &&
    inputs["publishAllPorts"] !== true &&
    records(inputs["labels"]).some(
      ({ label, value }) =>
        ["slipway.service", "slipway.job", "slipway.check"].includes(text(label) ?? "") &&
        services.includes(text(value) ?? ""),
    )
  );
}

function isThat(external: number, address: unknown) {
  return ({ port, ip }: WantedPort): boolean => port === external && (ip ?? "") === (text(address) ?? "");
}

/** What tells a resource in a program: the types of what it belongs to and its own, and its name, as in its URN. */
function keyOf(types: readonly string[], type: string, name: string): string {
  return `${[...types, type].join("$")}::${name}`;
}

/** The types of a URN, the stack's left out. */
function typesIn(urn: string | undefined): string[] {
  return (urn?.split("::")[2] ?? "").split("$").filter((type) => type !== "" && type !== stackType);
}

/** The types of a resource and of all that it belongs to, outermost first; the stack is none. */
function typesOf(resource: pulumi.Resource | undefined): string[] {
  return lineOf(resource).map(({ __pulumiType: type }) => type);
}

/**
 * The components that a resource belongs to, as rules know them, outermost first. What only calls itself one of Slipway's own parts is none: a rule
 * that lets those be goes by the class.
 */
function ownersOf(parent: pulumi.Resource | undefined): string[] {
  return lineOf(parent).map((component) => {
    const { __pulumiType: type } = component;
    return privileged.test(type) && !own.some((one) => component instanceof one) ? `${type} of another` : type;
  });
}

/** The types of which some rule lets something be, and their classes. */
const privileged = /^slipway:(edge|registry|tunnel|services):/;
const own = [
  ...[Edge, Certificates, Doors, LocalRegistry, Tunnel, Connectors],
  ...[Services, ServiceFiles, BundleVolume],
] as const;

/** A resource and all that it belongs to, outermost first; the stack is left out. */
function lineOf(resource: pulumi.Resource | undefined): Kept[] {
  const kept = resource as unknown as Kept | undefined;
  if (kept === undefined || kept.__pulumiType === stackType) return [];
  return [...lineOf(kept.__parentResource as pulumi.Resource | undefined), kept];
}

const stackType = "pulumi:pulumi:Stack";

/** The SDK keeps these for itself: its types do not tell of them. */
interface Kept {
  __pulumiType: string;
  __parentResource?: unknown;
  __transformations?: pulumi.ResourceTransformation[];
}
