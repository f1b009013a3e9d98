// The bootstrap. It runs on the machine's own Node (20 or later) and needs nothing but npm: it installs the workspace with
// the pinned pnpm when the lockfile changed, then runs the task under the Node that the lockfile pins.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const MANIFEST = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));

/** Task name → what the pinned Node is given. `check` goes through turbo, which caches each part. */
const TASKS = {
  start: ["apps/coordinator/src/main.ts"],
  agent: ["apps/agent/src/main.ts"],
  cordon: ["apps/cli/src/main.ts"],
  demo: ["tools/demo/src/main.ts"],
  test: ["tools/test.mjs"],
  check: [
    "node_modules/turbo/bin/turbo",
    "run",
    "check:types",
    "check:lint",
    "check:rules",
    "check:dead",
    "check:proto",
    "--continue",
    "--output-logs=new-only",
  ],
  bench: ["tools/bench/src/main.ts"],
  fuzz: ["tools/fuzz/src/main.ts"],
  "proto:gen": ["packages/protocol/generate.mjs"],
  "package:agent": ["tools/package-agent/src/main.ts"],
  "docs:errors": ["tools/repo-check/src/main.ts", "--write-errors"],
  "docs:licences": ["tools/repo-check/src/main.ts", "--write-licences"],
  sbom: ["tools/repo-check/src/sbom-main.ts"],
  "ksc-sim": ["tools/ksc-sim/src/main.ts"],
  world: ["tools/world/src/main.ts"],
};

const [task, ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, task ?? "")) {
  console.error(`Unknown task "${task ?? ""}". Known tasks: ${Object.keys(TASKS).join(", ")}.`);
  process.exit(2);
}
install();
run(pinnedNode(), [...TASKS[task], ...args]);

function install() {
  if (upToDate()) return;
  console.error(`Installing dependencies with ${MANIFEST.packageManager} (once; about a minute) …`);
  const result = spawnSync(
    "npm",
    [
      "exec",
      "--yes",
      `--package=${MANIFEST.packageManager}`,
      "--",
      "pnpm",
      "install",
      "--frozen-lockfile",
      "--reporter=append-only",
    ],
    { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8", shell: process.platform === "win32" },
  );
  if (result.status === 0 && upToDate()) return;
  console.error(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  console.error("Installing dependencies failed (see above). Is the npm registry reachable? Try: npm ping");
  process.exit(1);
}

function upToDate() {
  const installed = path.join(ROOT, "node_modules", ".pnpm", "lock.yaml");
  if (!existsSync(installed)) return false;
  return readFileSync(installed, "utf8") === readFileSync(path.join(ROOT, "pnpm-lock.yaml"), "utf8");
}

/** The pinned Node comes from the registry as an optional dependency of this platform. */
function pinnedNode() {
  const platform = { linux: "linux", win32: "win", darwin: "darwin" }[process.platform] ?? process.platform;
  const name = `node-${platform}-${process.arch}`;
  const file = path.join(ROOT, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(file)) return file;
  console.error(
    `No pinned Node for ${platform}-${process.arch}: expected ${file}. Supported: linux-x64, linux-arm64, win-x64.`,
  );
  process.exit(1);
}

function run(node, argv) {
  const binFolders = [path.dirname(node), path.join(ROOT, "node_modules", ".bin")];
  const env = {
    ...process.env,
    PATH: [...binFolders, process.env.PATH].join(path.delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
  };
  const child = spawn(node, argv, { cwd: ROOT, stdio: "inherit", env });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  // Ctrl-C reaches everything in the terminal's foreground, so the child has it already, and npm passes it on to us again.
  // The child decides how to end, and this process ends with it.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}
