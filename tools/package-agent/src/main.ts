import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { packageAgent } from "./package-agent.ts";
import { writeReleaseKey } from "./release-key.ts";
import { TARGETS, type Target } from "./targets.ts";
import { verifyReleaseFolder } from "./verify-release.ts";

const USAGE = `Builds the site agent as one file per platform, with bill of materials, checksums and a signature.

  npm run package:agent                              ${TARGETS.join(", ")}
  npm run package:agent -- --target linux-arm64      only this one (repeatable)
  npm run package:agent -- --key release.pem         signed by this key; without it by a development key
  npm run package:agent -- --out folder              default: out
  npm run package:agent -- --may-replace-newer       agents may go back to this release from a newer one

  npm run package:agent -- new-key release.pem       makes a release key
  npm run package:agent -- verify FOLDER --public-key release-key.pub.pem

SOURCE_DATE_EPOCH sets the build's date; without it, it is the commit's.`;

const ROOT = path.resolve(import.meta.dirname, "../../..");

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(`package-agent: ${(error as Error).message}`);
  return 1;
});

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      target: { type: "string", multiple: true },
      out: { type: "string", default: "out" },
      key: { type: "string" },
      "public-key": { type: "string" },
      "may-replace-newer": { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  const [command, argument, ...more] = positionals;
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  if (command === "verify" && argument !== undefined) return verify(path.resolve(ROOT, argument), values["public-key"]);
  if (command === "new-key" && argument !== undefined) {
    await writeReleaseKey(path.resolve(ROOT, argument));
    console.log(`${argument}: keep it offline; whoever has it can run programs on every site that trusts it`);
    return 0;
  }
  if (command !== undefined || more.length > 0) throw new Error(`unknown command "${positionals.join(" ")}"\n${USAGE}`);
  await packageAgent({
    root: ROOT,
    outDir: path.resolve(ROOT, values.out),
    targets: targetsOf(values.target),
    keyFile: values.key === undefined ? undefined : path.resolve(ROOT, values.key),
    mayReplaceNewer: values["may-replace-newer"],
    env: process.env,
    now: Date.now(),
    say: (line) => console.log(line),
  });
  return 0;
}

async function verify(folder: string, publicKeyFile: string | undefined): Promise<number> {
  if (publicKeyFile === undefined) {
    throw new Error(
      "name the key with --public-key, got by another way than the files: whoever changed them could bring his own",
    );
  }
  const key = await readFile(path.resolve(ROOT, publicKeyFile), "utf8");
  const manifest = await verifyReleaseFolder(folder, key);
  console.log(`cordon-agent ${manifest.version} of ${manifest.builtAt}: the signature is good`);
  for (const { name, sha256 } of manifest.files) console.log(`  good  ${sha256}  ${name}`);
  return 0;
}

function targetsOf(named: readonly string[] | undefined): readonly Target[] {
  if (named === undefined || named.includes("all")) return TARGETS;
  return named.map((name) => {
    const target = TARGETS.find((known) => known === name);
    if (target === undefined) throw new Error(`unknown target "${name}"; known: ${TARGETS.join(", ")}, all`);
    return target;
  });
}
