import path from "node:path";
import { parseArgs } from "node:util";
import { packageAgent } from "./package-agent.ts";
import { hostTarget, TARGETS, type Target } from "./targets.ts";

const USAGE = `Builds the site agent as one file.

  npm run package:agent                          for this machine
  npm run package:agent -- --target linux-arm64  for another (repeatable)
  npm run package:agent -- --target all
  npm run package:agent -- --out folder          default: out

Targets: ${TARGETS.join(", ")}.`;

const ROOT = path.resolve(import.meta.dirname, "../../..");

process.exitCode = await main(process.argv.slice(2)).catch((error) => {
  console.error(`package-agent: ${(error as Error).message}`);
  return 1;
});

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      target: { type: "string", multiple: true },
      out: { type: "string", default: "out" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const targets = targetsOf(values.target);
  const outDir = path.resolve(ROOT, values.out);
  await packageAgent({ root: ROOT, outDir, targets, say: (line) => console.log(line) });
  return 0;
}

function targetsOf(named: readonly string[] | undefined): readonly Target[] {
  const host = hostTarget();
  if (named === undefined) {
    if (host === undefined) throw new Error(`this machine is none of ${TARGETS.join(", ")}; name a --target`);
    return [host];
  }
  if (named.includes("all")) return TARGETS;
  return named.map((name) => {
    const target = TARGETS.find((known) => known === name);
    if (target === undefined) throw new Error(`unknown target "${name}"; known: ${TARGETS.join(", ")}, all`);
    return target;
  });
}
