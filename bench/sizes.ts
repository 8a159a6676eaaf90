import { randomBytes } from "node:crypto";
import type { Project, Settings } from "../tests/e2e/project";
import { composeFile, sketches } from "./generated";
import { interleave, type Lanes } from "./samples";
import { source, type Scratch } from "./scratch";
import { Stack, type Sample } from "./stack";
import { writeTsconfig } from "./tsconfig";

/** The samples of an application of one size. */
export interface SizeResult {
  services: number;
  preview: Lanes<"slipway" | "bare">;
  up: Lanes<"slipway" | "bare">;
  /** An update that replaces one container. */
  change: Lanes<"slipway" | "bare">;
  /** The way back: a pinned release here, the earlier definition there. */
  back: Lanes<"slipway" | "bare">;
}

/**
 * Brings up the same generated application as a stage and from a bare program, and measures both in turns.
 *
 * @param services how many services it has
 * @param rounds how often operations without changes are measured; updates that replace containers are measured half
 *   as often
 */
export async function measureSize(scratch: Scratch, services: number, rounds: number): Promise<SizeResult> {
  const ours = await Ours.create(scratch, services);
  const bare = await Bare.create(scratch, services);
  console.log(`  creating ${services} containers from each program`);
  await ours.stack.up();
  await bare.stack.up();

  const preview = await interleave(rounds, {
    slipway: () => ours.stack.preview(),
    bare: () => bare.stack.preview(),
  });
  const up = await interleave(rounds, {
    slipway: () => ours.stack.upUnchanged(),
    bare: () => bare.stack.upUnchanged(),
  });
  const change: SizeResult["change"] = { slipway: [], bare: [] };
  const back: SizeResult["back"] = { slipway: [], bare: [] };
  for (let round = 0; round < Math.ceil(rounds / 2); round++) {
    change.slipway.push(await ours.change());
    change.bare.push(await bare.change());
    back.slipway.push(await ours.back());
    back.bare.push(await bare.back());
    await ours.follow();
  }
  return { services, preview, up, change, back };
}

/** The generated application as a stage that builds. */
class Ours {
  private constructor(
    private readonly project: Project,
    private readonly services: number,
    private readonly settings: Settings,
    readonly stack: Stack,
  ) {}

  static async create(scratch: Scratch, services: number): Promise<Ours> {
    const project = await scratch.project(`bench-${services}`, scratch.empty());
    project.write("index.ts", source("staged.ts"));
    project.write("compose.yaml", composeFile(sketches(services, "first")));
    writeTsconfig(project);
    await project.commit("Describe the application");
    const stack = new Stack(`slipway, ${services} services`, project, "staging", scratch.probe);
    const settings = { compose: "compose.yaml", registry: await project.registry() };
    await stack.init(settings);
    return new Ours(project, services, settings, stack);
  }

  /** A new release in which one service differs. */
  async change(): Promise<Sample> {
    this.earlier = ((await this.stack.output("release")) as { name: string }).name;
    this.project.write("compose.yaml", composeFile(sketches(this.services, randomBytes(3).toString("hex"))));
    await this.project.commit("Change one service");
    return this.stack.upReplacingOne();
  }

  /** The release from before the change, as a pin. */
  async back(): Promise<Sample> {
    this.stack.configure({ ...this.settings, release: this.earlier });
    return this.stack.upReplacingOne();
  }

  /** The newest release again, so that the next round begins as the one before; not measured. */
  async follow(): Promise<void> {
    this.stack.configure(this.settings);
    await this.stack.up();
  }

  private earlier = "";
}

/** The generated application as a program without Slipway. */
class Bare {
  private constructor(
    private readonly project: Project,
    private readonly services: number,
    readonly stack: Stack,
  ) {}

  static async create(scratch: Scratch, services: number): Promise<Bare> {
    const project = await scratch.project(`bench-bare-${services}`, scratch.empty());
    project.write("index.ts", source("bare.ts"));
    project.write("sketch.ts", source("sketch.ts"));
    writeTsconfig(project);
    const stack = new Stack(`bare, ${services} services`, project, "staging", scratch.probe);
    const bare = new Bare(project, services, stack);
    bare.write("first");
    await stack.init();
    return bare;
  }

  async change(): Promise<Sample> {
    this.write(randomBytes(3).toString("hex"));
    return this.stack.upReplacingOne();
  }

  async back(): Promise<Sample> {
    this.write("first");
    return this.stack.upReplacingOne();
  }

  private write(edition: string): void {
    this.project.write("services.json", JSON.stringify(sketches(this.services, edition)));
  }
}
