import type { BundlePlan } from "./bundles";
import type { ImagePlan } from "./images";

/** What a release is made from. */
export interface ReleaseSource {
  commit: string;
  dirty: boolean;
  compose: string[];
  /** Path → content in base64. */
  files: Record<string, string>;
  executable: string[];
  images: ImagePlan[];
  buildArgs: Record<string, Record<string, string>>;
  /** What services mount and is too much for the state; among them the files above, where they are. */
  bundles?: BundlePlan[];
  /** The machine's platform; given where there are bundles. */
  platform?: string;
}
