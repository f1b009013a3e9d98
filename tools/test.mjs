// What `npm test` runs, under the pinned Node: makes sure that the servers which the integration tests start are installed,
// runs vitest with the arguments it was given, and closes with one line of totals.
import { spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
/** Debian asks this program before it starts a service while packages are installed; 101 means "do not". */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

const PROGRAMS = [
  "apps/coordinator/src/main.ts",
  "apps/coordinator/src/signer/main.ts",
  "apps/agent/src/main.ts",
  "apps/cli/src/main.ts",
  "tools/ksc-sim/src/main.ts",
];

if (!findRedis()) installRedis();
const folder = mkdtempSync(path.join(tmpdir(), "cordon-results-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
process.exitCode = await runVitest(path.join(folder, "results.json"));

/** PostgreSQL comes out of the registry; Redis is the one server that the machine must have. */
function findRedis() {
  const named = process.env.CORDON_REDIS_SERVER;
  if (named !== undefined) return isExecutable(named) || fail(`CORDON_REDIS_SERVER names no program: ${named}`);
  return (process.env.PATH ?? "").split(path.delimiter).some((dir) => isExecutable(path.join(dir, "redis-server")));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installRedis() {
  const mayInstall = process.getuid?.() === 0 && isExecutable("/usr/bin/apt-get");
  if (!mayInstall) {
    fail(
      "redis-server is missing: install it (sudo apt-get install redis-server) or set CORDON_REDIS_SERVER to its path.",
    );
  }
  console.error("Installing redis-server for the integration tests (once) …");
  withoutStartingServices(() => {
    // Package lists may be missing or old: try what is there, then fetch them.
    if (aptGet("install", "-y", "--no-install-recommends", "redis-server").status === 0) return;
    aptGet("update");
    const result = aptGet("install", "-y", "--no-install-recommends", "redis-server");
    if (result.status !== 0) console.error(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  });
  if (!findRedis()) fail("Installing redis-server failed (see above): install it by hand or set CORDON_REDIS_SERVER.");
}

function aptGet(...args) {
  return spawnSync("apt-get", args, { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

/** The tests start servers of their own; the package's system service must neither run now nor come up at the next boot. */
function withoutStartingServices(act) {
  const ownPolicy = !existsSync(POLICY_FILE);
  if (ownPolicy) {
    writeFileSync(POLICY_FILE, "#!/bin/sh\nexit 101\n");
    chmodSync(POLICY_FILE, 0o755);
  }
  try {
    act();
  } finally {
    if (ownPolicy) rmSync(POLICY_FILE, { force: true });
    if (isExecutable("/usr/bin/systemctl")) {
      const disable = existsSync("/run/systemd/system") ? ["disable", "--now"] : ["disable"];
      spawnSync("systemctl", [...disable, "redis-server.service"], { stdio: "ignore" });
    }
  }
}

function runVitest(resultsFile) {
  const argv = [
    path.join(ROOT, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${resultsFile}`,
    ...process.argv.slice(2),
  ];
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: path.join(path.dirname(resultsFile), "compiled") };
    compilePrograms(env);
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: "inherit", env });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code, signal) => {
      const complete = printTotals(resultsFile);
      resolve(code === 0 && !complete ? 1 : (code ?? (signal === "SIGINT" ? 130 : 1)));
    });
  });
}

/**
 * The tests start some hundreds of processes of these few programs, and kill most of them: what a process compiled is kept only when it ends by
 * itself, so each has done so once.
 */
function compilePrograms(env) {
  for (const program of PROGRAMS) spawnSync(process.execPath, [path.join(ROOT, program), "--help"], { env });
}

function printTotals(resultsFile) {
  if (!existsSync(resultsFile)) {
    console.error("vitest ended without writing its results.");
    return false;
  }
  const results = JSON.parse(readFileSync(resultsFile, "utf8"));
  // A file that does not even load holds no tests, so it would count as nothing.
  const unloadable = results.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  console.log(`\n${results.numPassedTests} passed, ${results.numFailedTests + unloadable.length} failed`);
  return true;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
