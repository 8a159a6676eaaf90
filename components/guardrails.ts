import * as pulumi from "@pulumi/pulumi";
import { containersOf, listensUntold } from "../policies/container";
import { record, records, text, type Declared } from "../policies/declared";
import type { Rule } from "../policies/rule";
import { refuse } from "../plan/alwaysHold";
import { always } from "../policies/rules";
import type { StageFacts } from "../policies/stage";
import type { WantedPort } from "../plan/conflicts";

/**
 * Looks at each resource of a stage as it is declared, options included, by the same rules. What a person writes has been refused before;
 * what shows here is a fault of a component, or of a transformation that somebody gave to the stage, behind which this one has to stand.
 *
 * @param said the ports of the machine that compose files and settings name
 */
export function guardrails(stage: StageFacts, said: readonly WantedPort[]): pulumi.ResourceTransformation {
  const rules = [...always, listensAsSaid(said)];
  return ({ type, name, props, opts }) => {
    const { retainOnDelete = false, protect = false } = opts;
    const declared: Declared = {
      type,
      name,
      owners: ownersOf(opts.parent),
      inputs: record(props),
      isKept: retainOnDelete || protect,
    };
    refuse(rules, [declared], stage);
    return lateImage(declared, props, opts, stage);
  };
}

/** Nothing listens beyond what compose files and settings say, which no policy is told. */
function listensAsSaid(said: readonly WantedPort[]): Rule {
  return {
    name: "listens-as-said",
    description: "Nothing listens beyond what the compose file and the overlay say.",
    problems(resource) {
      const containers = containersOf(resource);
      return [
        ...containers.flatMap((container) => listensUntold(container) ?? []).map((how) => `${resource.name} ${how}.`),
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

function isThat(external: number, address: unknown) {
  return ({ port, ip }: WantedPort): boolean => port === external && (ip ?? "") === (text(address) ?? "");
}

/** Which image a container runs may be known only later: then it is looked at when it is. */
function lateImage(
  declared: Declared,
  props: Readonly<Record<string, unknown>>,
  opts: pulumi.ResourceOptions,
  stage: StageFacts,
): pulumi.ResourceTransformationResult | undefined {
  const input = imageInputs[declared.type];
  const given: unknown = input && props[input];
  if (input === undefined || !pulumi.Output.isInstance<unknown>(given)) return undefined;
  const image = given.apply((value) => {
    refuse(always, [{ ...declared, inputs: { ...declared.inputs, [input]: value } }], stage);
    return value;
  });
  return { props: { ...props, [input]: image }, opts };
}

const imageInputs: Readonly<Record<string, string | undefined>> = {
  "docker:index/container:Container": "image",
  "docker:index/remoteImage:RemoteImage": "name",
};

/** The types of the components that a resource belongs to, outermost first; the stack is none. */
function ownersOf(parent: pulumi.Resource | undefined): string[] {
  if (parent === undefined) return [];
  // The SDK keeps these for itself: its types do not tell of them.
  const { __pulumiType: type, __parentResource: above } = parent as unknown as Kept;
  return type === "pulumi:pulumi:Stack" ? [] : [...ownersOf(above), type];
}

interface Kept {
  __pulumiType: string;
  __parentResource?: pulumi.Resource;
}
