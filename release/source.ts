import type { BundlePlan } from "./bundles";
import type { ImagePlan } from "./images";

/** The sources of a release. */
export interface ReleaseSource {
  commit: string;
  dirty: boolean;
  compose: string[];
  /** Path → content in base64. */
  files: Record<string, string>;
  executable: string[];
  /** The paths that a stage that takes the release over reads in its own work tree. */
  own: string[];
  images: ImagePlan[];
  buildArgs: Record<string, Record<string, string>>;
  /** Mounted content that is too large for the state; the files above are among it where they are too large. */
  bundles?: BundlePlan[];
  /** The machine's platform; set where there are bundles. */
  platform?: string;
}
