import { spawn } from "node:child_process";
import path from "node:path";

/** pkg has no bounded run of its own; building one file takes a few seconds. */
const PKG_MS = 300_000;
const OUTPUT_CHARS_MAX = 20_000;

/** Joins the bundle with a target's Node. pkg makes the blob with the Node that runs it, so that is the pinned one. */
export function runPkg(options: {
  readonly root: string;
  /** A home of its own, with the seeded cache. */
  readonly home: string;
  readonly bundleFile: string;
  /** `node24.21.0-linux-x64`. */
  readonly nodeTarget: string;
  readonly outFile: string;
}): Promise<void> {
  const { root, home, bundleFile, nodeTarget, outFile } = options;
  const cli = path.join(root, "tools/package-agent/node_modules/@yao-pkg/pkg/lib-es5/bin.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, bundleFile, "--sea", "-t", nodeTarget, "--output", outFile], {
      env: { ...process.env, HOME: home, USERPROFILE: home, PKG_CACHE_PATH: path.join(home, ".pkg-cache") },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PKG_MS,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`pkg ended with ${code}:\n${output}`));
    });
  });
}
