import manifest from "../package.json" with { type: "json" };

/** As told in the hello, by `--version` and in the name of the packaged file. */
export const AGENT_VERSION: string = manifest.version;
