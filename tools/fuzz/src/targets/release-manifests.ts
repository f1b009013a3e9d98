import { readReleaseManifest } from "@cordon/contracts/release";
import { parseReleaseKey } from "@cordon/core/release";
import { asText, declaring, type FuzzTarget, promised, utf8 } from "../target.ts";

const KEY = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const MANIFEST = {
  format: 1,
  product: "cordon-agent",
  version: "1.2.3",
  builtAt: "2026-01-02T03:04:05Z",
  commit: "0123abcd",
  protocol: { min: 1, max: 2 },
  mayReplaceNewer: false,
  files: [{ target: "linux-x64", name: "cordon-agent-linux-x64", bytes: 1_000, sha256: "ab".repeat(32) }],
};

export const releaseManifests: FuzzTarget = {
  name: "releases",
  summary: "manifests and keys of agent releases",
  shape: "json",
  seeds: [
    utf8(JSON.stringify(MANIFEST)),
    utf8(KEY),
    utf8(`-----BEGIN PUBLIC KEY-----\n${KEY}\n-----END PUBLIC KEY-----\n`),
  ],
  words: ["files", "target", "win-x64", "../agent", "version", "1.2.3-rc.1", "bytes", "sha256", "format", "protocol"],
  bytesMax: 8_192,
  run(input) {
    const reading = readReleaseManifest(input);
    if (reading.kind === "read") {
      promised(
        reading.manifest.files.every(({ name }) => !/[/\\]/.test(name) && !name.startsWith(".")),
        "a file of a release has no path",
      );
    }
    declaring(["config.invalid"], () => void parseReleaseKey(asText(input)));
  },
};
