import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ReleaseFile, ReleaseKey } from "@cordon/core/release";
import { billOfMaterials } from "./bill-of-materials.ts";
import { type BuildInfo, readBuildInfo } from "./build-info.ts";
import { bundleAgent, warmedAgent, withBundleFile } from "./bundle-agent.ts";
import { bundledPackages } from "./bundled-packages.ts";
import { nodeBinary } from "./node-binary.ts";
import { pinnedNode } from "./pinned-node.ts";
import { seedPkgCache } from "./pkg-cache.ts";
import { openSigningKey } from "./release-key.ts";
import { runPkg } from "./run-pkg.ts";
import { hostTarget, isWindows, type Target } from "./targets.ts";
import { describeFile, publicKeyLine, writeRelease } from "./write-release.ts";

export interface PackageOptions {
  readonly root: string;
  readonly outDir: string;
  readonly targets: readonly Target[];
  /** Ed25519 private key; left out, a development key is made and used. */
  readonly keyFile?: string | undefined;
  /** Sign a release to which agents may go back from a newer one. */
  readonly mayReplaceNewer?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: number;
  readonly say: (line: string) => void;
}

export interface PackagedRelease {
  readonly folder: string;
  readonly info: BuildInfo;
  readonly files: readonly (ReleaseFile & { readonly file: string })[];
  readonly key: ReleaseKey;
}

/**
 * Makes a release: one executable per target with its bill of materials, a signed manifest over them, and checksums, in
 * `cordon-agent-<version>` of `outDir`. The folder appears whole or not at all.
 */
export async function packageAgent(options: PackageOptions): Promise<PackagedRelease> {
  const { root, outDir, targets, say } = options;
  const nodeVersion = await pinnedNode(root);
  const info = await readBuildInfo(root, options);
  const key = await openSigningKey(outDir, options.keyFile);
  const bundle = await bundleAgent(root, info);
  const contents = await bundledPackages(root, bundle.metafile);
  say(`bundled ${(bundle.code.length / 1_048_576).toFixed(1)} MiB with ${contents.packages.length} libraries`);
  await mkdir(outDir, { recursive: true });
  // Beside its place, so that the last step is a rename.
  const draft = await mkdtemp(path.join(outDir, ".draft-"));
  const home = await mkdtemp(path.join(tmpdir(), "cordon-pkg-home-"));
  try {
    const files: ReleaseFile[] = [];
    for (const target of targets) {
      const node = await nodeBinary(target, { root, cacheDir: path.join(outDir, ".cache"), version: nodeVersion });
      await seedPkgCache(home, target, nodeVersion, node);
      const name = `cordon-agent-${info.version}-${target}${isWindows(target) ? ".exe" : ""}`;
      const outFile = path.join(draft, name);
      const nodeTarget = `node${nodeVersion}-${target}`;
      // What V8 makes of a program fits the platform that made it; elsewhere the text is read.
      const program = target === hostTarget() ? await warmedAgent(bundle) : bundle;
      await withBundleFile(program, (bundleFile) => runPkg({ root, home, bundleFile, nodeTarget, outFile }));
      // The next target has its own; together they would take half a gigabyte.
      await rm(path.join(home, ".pkg-cache"), { recursive: true, force: true });
      const made = await describeFile(outFile);
      files.push({ target, name, ...made });
      const bill = await billOfMaterials({
        info,
        target,
        sha256: made.sha256,
        ...contents,
        node: { version: nodeVersion, sha256: (await describeFile(node)).sha256, parts: process.versions },
      });
      await writeFile(`${outFile}.cdx.json`, bill);
      say(`${name}  ${Math.round(made.bytes / 1_048_576)} MiB  sha256 ${made.sha256}`);
    }
    const mayReplaceNewer = options.mayReplaceNewer ?? false;
    const publicKey = await writeRelease(draft, { info, files, mayReplaceNewer, key });
    const folder = path.join(outDir, `cordon-agent-${info.version}`);
    await rm(folder, { recursive: true, force: true });
    await chmod(draft, 0o755);
    await rename(draft, folder);
    say(`release ${folder}`);
    say(`signed by key ${publicKey.id}, public part ${publicKeyLine(publicKey)}`);
    if (key.isDevelopment) say(`  NOT A RELEASE KEY: ${key.file} was made for development; sign with --key for others`);
    if (info.modified) say(`  NOT A RELEASE: the sources differ from commit ${info.commit}`);
    return { folder, info, files: files.map((one) => ({ ...one, file: path.join(folder, one.name) })), key: publicKey };
  } finally {
    await rm(home, { recursive: true, force: true });
    await rm(draft, { recursive: true, force: true });
  }
}
