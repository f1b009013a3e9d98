// Turns proto/ into src/wire/generated/: `npm run proto:gen`. With `--check` nothing is written: it generates into a temporary
// folder and fails when the committed files differ. Both lint the proto files first.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";

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
  const flags = ["-t", "static-module", "-w", "esm", "-r", "cordon", "-p", PROTO, "--force-number", "--null-semantics"];
  const unused = ["--no-create", "--no-verify", "--no-convert", "--no-delimited", "--no-typeurl", "--no-service"];
  // The types are made from JSDoc comments; the code that runs goes without them.
  tool("protobufjs-cli/bin/pbjs", [...flags, ...unused, "-o", documented, MAIN]);
  tool("protobufjs-cli/bin/pbjs", [...flags, ...unused, "--no-comments", "-o", bare, MAIN]);
  tool("protobufjs-cli/bin/pbts", ["--no-comments", "-o", types, documented]);
  return {
    "agent.js": BANNER + readFileSync(bare, "utf8"),
    "agent.d.ts": BANNER + mendTypes(readFileSync(types, "utf8")),
    "shapes.ts": BANNER + shapes(),
    "names.ts": BANNER + names(),
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
function names() {
  const { nestedArray } = load().lookup("cordon.agent.v1");
  const types = nestedArray.filter((item) => item instanceof protobuf.Type);
  const rows = types.map(({ name }) => `export type ${name} = cordon.agent.v1.${name}.$Properties;\n`);
  return `import type { cordon } from "./agent.js";\n\n${rows.join("")}`;
}

function load() {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => path.join(PROTO, target);
  return root.loadSync(MAIN, { keepCase: true }).resolveAll();
}

/** What `scan-frame.ts` needs to walk a frame before it is decoded. Messages come before those that contain them. */
function shapes() {
  const done = new Map();
  visit(load().lookupType("cordon.agent.v1.Envelope"), []);
  return `import type { MessageShape } from "../scan-frame.ts";\n\n${[...done.values()].join("\n")}`;

  function visit(type, above) {
    if (above.includes(type)) fail(`${type.name} contains itself; the frame scan needs a bounded depth`);
    if (done.has(type)) return;
    for (const field of type.fieldsArray) {
      if (field.resolvedType instanceof protobuf.Type) visit(field.resolvedType, [...above, type]);
    }
    done.set(type, print(type, above));
  }

  function print(type, above) {
    const rows = [];
    for (const field of type.fieldsArray) {
      if (field.id > 31) fail(`${type.name}.${field.name}: field numbers above 31 do not fit the frame scan's bit set`);
      const wire = wireType(field);
      if (field.repeated && wire !== 2)
        fail(`${type.name}.${field.name}: packed numbers are not counted by the frame scan`);
      const parts = [`name: "${field.name}"`, `wire: ${wire}`, `repeated: ${field.repeated}`];
      // proto3 `optional` makes a synthetic oneof of its own, which excludes nothing.
      if (field.partOf && field.partOf.fieldsArray.length > 1) parts.push(`oneof: "${field.partOf.name}"`);
      if (wire === 2 && field.resolvedType) parts.push(`message: ${shapeName(field.resolvedType)}`);
      rows.push(`    ${field.id}: { ${parts.join(", ")} },\n`);
    }
    return `${above.length === 0 ? "export " : ""}const ${shapeName(type)}: MessageShape = {\n  name: "${type.name}",\n  fields: {\n${rows.join("")}  },\n};\n`;
  }
}

function wireType(field) {
  if (field.resolvedType instanceof protobuf.Enum) return 0;
  if (field.resolvedType instanceof protobuf.Type) return 2;
  return protobuf.types.basic[field.type];
}

function shapeName(type) {
  return type.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
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
