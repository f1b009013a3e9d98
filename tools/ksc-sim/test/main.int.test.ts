import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ksc-sim-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return {
    child,
    output: () => output,
    errors: () => errors,
    ended: once(child, "close").then(([code]) => code as number | null),
  };
}

async function firstLine(started: Run): Promise<string> {
  await Promise.race([
    started.ended.then((code) => {
      throw new Error(`ended with ${code}: ${started.errors()}`);
    }),
    new Promise<void>((resolve) => {
      started.child.stdout?.on("data", () => {
        if (started.output().includes("\n")) resolve();
      });
    }),
  ]);
  return started.output();
}

test("the command prints exactly one line when ready and ends cleanly on SIGTERM and SIGINT", async () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const certificate = path.join(folder, `${signal}.pem`);
    const started = run(
      "--port",
      "0",
      "--user",
      "me",
      "--password",
      "pw",
      "--hosts",
      "5",
      "--seed",
      "3",
      "--time-scale",
      "60",
      "--cert-out",
      certificate,
    );
    const line = await firstLine(started);
    const found =
      /^ksc-sim ready: ksc-1 (https:\/\/127\.0\.0\.1:\d+) certificate (\S+); control (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(
        line,
      );
    expect(found?.[2]).toBe(certificate);
    const servers = (await (await fetch(`${found?.[3]}/servers/ksc-1/hosts`)).json()) as unknown[];
    expect(servers).toHaveLength(5);
    const ca = await readFile(certificate);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      https
        .get(`${found?.[1]}/api/v1.0/login`, { ca, agent: false }, (reply) => resolve(reply.resume().statusCode))
        .on("error", reject);
    });
    expect(status).toBe(405);
    started.child.kill(signal);
    expect(await started.ended).toBe(0);
    expect(started.output()).toBe(line);
  }
});

test("a configuration file starts several servers, and options given beside it win", async () => {
  const file = path.join(folder, "estate.yaml");
  await writeFile(
    file,
    [
      "servers:",
      "  - name: hq",
      "    hosts: 3",
      "    knobs: {limit: 20, scope: server}",
      "  - name: branch",
      "    secondaryOf: hq",
      "    hosts: 2",
      "timeScale: 10",
      "controlPort: 0",
      "",
    ].join("\n"),
  );
  const certificate = path.join(folder, "estate.pem");
  const started = run("--config", file, "--hosts", "4", "--cert-out", certificate);
  const line = await firstLine(started);
  expect(line).toMatch(
    new RegExp(
      `hq https://\\S+ certificate ${certificate}, branch https://\\S+ certificate ${certificate}\\.branch; control`,
    ),
  );
  const control = /control (\S+)/.exec(line)?.[1];
  const truth = (await (await fetch(`${control}/servers/hq/truth`)).json()) as {
    knobs: { limit: number; scope: string };
  };
  expect(truth.knobs).toMatchObject({ limit: 20, scope: "server" });
  expect(await (await fetch(`${control}/servers/hq/hosts`)).json()).toHaveLength(4);
  started.child.kill("SIGTERM");
  expect(await started.ended).toBe(0);
});

test("mistakes on the command line and in the file end with a message and without a stack", async () => {
  const file = path.join(folder, "wrong.yaml");
  await writeFile(file, "servers:\n  - name: a\n    knobs: {limt: 5}\nspeed: 3\n");
  const cases: [string[], RegExp][] = [
    [["--port", "99999"], /whole number from 0 to 65535/],
    [["--time-scale", "0"], /above 0/],
    [["--prot", "1"], /unknown option/],
    [["--config", path.join(folder, "absent.yaml")], /Cannot read .*absent\.yaml/],
    [["--config", file], /limt[\s\S]*speed/],
  ];
  for (const [args, message] of cases) {
    const failed = run(...args);
    expect(await failed.ended).toBe(1);
    expect(failed.errors()).toMatch(message);
    expect(failed.errors()).not.toContain("    at ");
    expect(failed.output()).toBe("");
  }
});

test("a taken port is said in one line with the mend", async () => {
  const first = run("--port", "0");
  const port = /https:\/\/127\.0\.0\.1:(\d+)/.exec(await firstLine(first))?.[1] ?? "";
  const second = run("--port", port);
  expect(await second.ended).toBe(1);
  expect(second.errors()).toBe(
    `Port ${port} on 127.0.0.1 is taken. Give another with --port, or --port 0 for a free one.\n`,
  );
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
});

test("--help shows examples", async () => {
  const help = run("--help");
  expect(await help.ended).toBe(0);
  expect(help.output()).toContain("npm run ksc-sim -- --port 13299");
});
