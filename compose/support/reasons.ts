/** Why a key that the Engine knows does not reach it. */
export const noSetting = "Pulumi's Docker provider has no such setting for a container, so the Engine's default holds";
