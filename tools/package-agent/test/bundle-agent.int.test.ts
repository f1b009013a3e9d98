import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bundle, bundleAgent, warmedAgent } from "../src/bundle-agent.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleAgent(ROOT, { version: "0.0.1", builtAt: "2026-01-01T00:00:00Z" });
}, 60_000);

/** Sources of which something is in the parts that are read at a start, or in the others. */
function sourcesIn(atStart: boolean): readonly string[] {
  const names = new Set(bundle.parts.filter((part) => part.atStart === atStart).map(({ name }) => path.basename(name)));
  return Object.entries(bundle.metafile.outputs)
    .filter(([file]) => names.has(path.basename(file)))
    .flatMap(([, { inputs }]) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([source]) => source);
}

/** What `load-later.ts` names, as patterns of sources. */
const LATE: readonly RegExp[] = [
  /@peculiar|asn1js|reflect-metadata/,
  /https-proxy-agent/,
  /^packages\/(ksc|contracts)\//,
  /^apps\/agent\/src\/(doctor|service|status)\/(?!credential)/,
  /^apps\/agent\/src\/commands\/(?!all-commands|run-command)/,
  /^apps\/agent\/src\/update\/(updates|fetch-release|release-store|boot-release)/,
  /^apps\/agent\/src\/site-policy\/policy-file/,
  /zod\/v4\/classic\//,
];

describe("a start of `run`", () => {
  it.each(LATE)("does not read %s", (pattern) => {
    expect(sourcesIn(true).filter((source) => pattern.test(source))).toEqual([]);
    // Else the pattern would name nothing.
    expect(sourcesIn(false).some((source) => pattern.test(source))).toBe(true);
  });

  it("has all that it needs at once: ledger, session and configuration are not late", () => {
    const atStart = sourcesIn(true);
    for (const wanted of [
      "agent-store/src/sqlite-ledger-store.ts",
      "protocol/src/ws/connect-agent.ts",
      "config/agent-config.ts",
    ]) {
      expect(atStart.some((source) => source.endsWith(wanted))).toBe(true);
    }
  });
});

it("the code cache is taken by the Node that made it, is the same when it is made again, and saves reading the start", async () => {
  const [first, second] = [await warmedAgent(bundle), await warmedAgent(bundle)];
  expect(Buffer.from(second.code).equals(first.code)).toBe(true);
  using folder = createTempFolder();
  const file = path.join(folder.path, "cordon-agent.cjs");
  writeFileSync(file, first.code);
  const watch = `
    const vm = require("node:vm");
    class Watched extends vm.Script {
      constructor(...given) { super(...given); if (given[1].cachedData) console.log("rejected:", this.cachedDataRejected); }
    }
    process.argv = [process.execPath, "cordon-agent", "--version"];
    const load = (name) => (name === "node:vm" ? { ...vm, Script: Watched } : require(name));
    new Function("require", require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8"))(load);`;
  expect(execFileSync(process.execPath, ["-e", watch], { encoding: "utf8" })).toBe("rejected: false\n0.0.1\n");
}, 60_000);

it("every command can be asked for in the one file", () => {
  using folder = createTempFolder();
  const file = path.join(folder.path, "cordon-agent.cjs");
  writeFileSync(file, bundle.code);
  const told = execFileSync(process.execPath, [file, "--help"], { encoding: "utf8" });
  for (const command of [
    "enroll",
    "run",
    "status",
    "ledger",
    "logs",
    "policy",
    "kill",
    "doctor",
    "service",
    "update",
  ]) {
    expect(told).toMatch(new RegExp(`^  ${command} `, "m"));
  }
});
