// Turns proto/ into src/wire/generated/: `npm run proto:gen`. With `--check` nothing is written: it generates into a temporary
// folder and fails when the committed files differ. Both lint the proto files first.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(PACKAGE, "..", "..");
const PROTO = path.join(ROOT, "proto");
const MAIN = path.join("cordon", "agent", "v1", "envelope.proto");
const COMMITTED = path.join(PACKAGE, "src", "wire", "generated");
const BANNER = "// Generated from proto/ by packages/protocol/generate.mjs (`npm run proto:gen`). Do not edit.\n";

const require = createRequire(import.meta.url);
const check = process.argv.includes("--check");

tool("@bufbuild/buf/bin/buf", ["lint", ROOT]);
const scratch = mkdtempSync(path.join(tmpdir(), "cordon-proto-"));
try {
  const files = generate(scratch);
  if (check) compare(files);
  else write(files);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** File name → text. */
function generate(folder) {
  const documented = path.join(folder, "documented.js");
  const bare = path.join(folder, "bare.js");
  const types = path.join(folder, "types.d.ts");
  const description = path.join(folder, "contract.json");
  const flags = ["-t", "static-module", "-w", "esm", "-r", "cordon", "-p", PROTO, "--force-number", "--null-semantics"];
  const unused = ["--no-create", "--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-service"];
  // The types are made from JSDoc comments; the code that runs goes without them.
  tool("protobufjs-cli/bin/pbjs", [...flags, ...unused, "-o", documented, MAIN]);
  tool("protobufjs-cli/bin/pbjs", [...flags, ...unused, "--no-comments", "-o", bare, MAIN]);
  tool("protobufjs-cli/bin/pbts", ["--no-comments", "-o", types, documented]);
  tool("protobufjs-cli/bin/pbjs", ["-t", "json", "--keep-case", "-p", PROTO, "-o", description, MAIN]);
  const contract = JSON.parse(readFileSync(description, "utf8")).nested.cordon.nested.agent.nested.v1.nested;
  return {
    "agent.js": BANNER + readFileSync(bare, "utf8"),
    "agent.d.ts": BANNER + mendTypes(readFileSync(types, "utf8")),
    "shapes.ts": BANNER + shapes(contract),
    "names.ts": BANNER + names(contract),
  };
}

/**
 * With --force-number nothing is typed as Long, and the import of it does not resolve under ESM. A property may be undefined as
 * well as absent: the encoder skips both, and `exactOptionalPropertyTypes` tells them apart.
 */
function mendTypes(text) {
  return text.replace('import Long = require("long");\n', "").replace(/^(\s+[\w$"]+\?: )(.+);$/gm, "$1$2|undefined;");
}

/** Short names for the generated types: their namespaces cannot be aliased in code that runs by type stripping. */
function names(contract) {
  const types = Object.keys(contract).filter((name) => contract[name].fields);
  const rows = types.map((name) => `export type ${name} = cordon.agent.v1.${name}.$Properties;\n`);
  return `import type { cordon } from "./agent.js";\n\n${rows.join("")}`;
}

/** What `scan-frame.ts` needs to walk a frame before it is decoded. Messages come before those that contain them. */
function shapes(contract) {
  const done = new Map();
  visit("Envelope", []);
  // Carried as bytes, because they are signed.
  visit("Order", []);
  return `import type { MessageShape } from "../scan-frame.ts";\n\n${[...done.values()].join("\n")}`;

  function visit(name, above) {
    if (above.includes(name)) fail(`${name} contains itself; the frame scan needs a bounded depth`);
    if (done.has(name)) return;
    for (const { type } of Object.values(contract[name].fields)) {
      if (contract[type]?.fields) visit(type, [...above, name]);
    }
    done.set(name, print(name, above.length === 0));
  }

  function print(name, isOuter) {
    const { fields, oneofs = {} } = contract[name];
    const rows = Object.entries(fields).map(([field, { id, rule, type }]) => {
      if (id > 63) fail(`${name}.${field}: field numbers above 63 do not fit the frame scan's two bit sets`);
      const wire = wireType(`${name}.${field}`, type);
      const repeated = rule === "repeated";
      if (repeated && wire !== 2) fail(`${name}.${field}: packed numbers are not counted by the frame scan`);
      const parts = [`name: "${field}"`, `wire: ${wire}`, `repeated: ${repeated}`];
      // proto3 `optional` makes a synthetic oneof of its own, which excludes nothing.
      const group = Object.keys(oneofs).find((key) => oneofs[key].oneof.includes(field));
      if (group && oneofs[group].oneof.length > 1) parts.push(`oneof: "${group}"`);
      if (contract[type]?.fields) parts.push(`message: ${shapeName(type)}`);
      return `    ${id}: { ${parts.join(", ")} },\n`;
    });
    const head = `${isOuter ? "export " : ""}const ${shapeName(name)}: MessageShape`;
    return `${head} = {\n  name: "${name}",\n  fields: {\n${rows.join("")}  },\n};\n`;
  }

  function wireType(field, type) {
    if (contract[type]) return contract[type].fields ? 2 : 0;
    const wire = { string: 2, bytes: 2, bool: 0, uint32: 0, uint64: 0, int64: 0 }[type];
    if (wire === undefined) fail(`${field}: no message uses ${type} yet; teach it to generate.mjs and to the codec`);
    return wire;
  }
}

function shapeName(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

function write(files) {
  rmSync(COMMITTED, { recursive: true, force: true });
  mkdirSync(COMMITTED, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(COMMITTED, name), text);
  console.log(`Generated ${Object.keys(files).length} files in ${path.relative(ROOT, COMMITTED)}.`);
}

function compare(files) {
  const committed = new Set(readdirSync(COMMITTED));
  const wrong = [];
  for (const [name, text] of Object.entries(files)) {
    if (!committed.delete(name)) wrong.push(`${name} is missing`);
    else if (readFileSync(path.join(COMMITTED, name), "utf8") !== text) wrong.push(`${name} differs`);
  }
  for (const name of committed) wrong.push(`${name} is no longer generated`);
  if (wrong.length > 0) {
    fail(`${path.relative(ROOT, COMMITTED)} does not match proto/: ${wrong.join(", ")}. Run: npm run proto:gen`);
  }
  console.log("The generated wire code matches proto/.");
}

/** Runs a package's own program under this very Node. */
function tool(program, args) {
  const result = spawnSync(process.execPath, [require.resolve(program), ...args], { cwd: PACKAGE, encoding: "utf8" });
  if (result.status !== 0) fail(`${program} failed:\n${result.stdout}${result.stderr}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
