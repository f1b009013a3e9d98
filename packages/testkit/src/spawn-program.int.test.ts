import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import { spawnProgram } from "./spawn-program.ts";

const node = (script: string) => spawnProgram({ argv: [process.execPath, "-e", script] });

/** A killed orphan may stay a zombie until the machine's first process collects it; it runs no more. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

test("a line is found whether it came before or after the call", async () => {
  await using program = node("console.log('ready on 42'); process.stdin.once('data', () => console.log('second 7'))");
  expect((await program.waitForLine(/ready on (\d+)/))[1]).toBe("42");
  expect((await program.waitForLine(/ready on (\d+)/))[1]).toBe("42");
  program.write("go\n");
  expect((await program.waitForLine(/second (\d+)/))[1]).toBe("7");
});

test("waiting for a line of a program that ended fails with its code and output", async () => {
  await using program = node("console.error('no such port'); process.exit(3)");
  await expect(program.waitForLine(/ready/)).rejects.toThrow(/code 3[\s\S]*no such port/);
});

test("a program that cannot be started says so", async () => {
  await using program = spawnProgram({ argv: ["/nonexistent/program"] });
  await expect(program.waitForLine(/ready/)).rejects.toThrow(/ENOENT/);
});

test("a program that ignores SIGTERM is killed after the wait", async () => {
  await using program = node("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up')");
  await program.waitForLine(/up/);
  expect(await program.end({ withinMs: 50 })).toEqual({ code: null, signal: "SIGKILL" });
});

test("leaving the scope reaps the program and what it started, even when the test throws", async () => {
  const pids: number[] = [];
  const failing = async () => {
    await using program = node(`
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'ignore'});
      console.log('child ' + child.pid); setInterval(() => {}, 1000);`);
    pids.push(program.pid, Number((await program.waitForLine(/child (\d+)/))[1]));
    throw new Error("the test failed");
  };
  await expect(failing()).rejects.toThrow("the test failed");
  await eventually(() => !pids.some(isAlive), { what: "both processes to be gone" });
});

test.each(["SIGTERM", "SIGINT"] as const)("a process that dies of %s takes its programs with it", async (signal) => {
  const script = `
    import { spawnProgram } from ${JSON.stringify(path.join(import.meta.dirname, "spawn-program.ts"))};
    const inner = spawnProgram({ argv: [process.execPath, "-e", "setInterval(() => {}, 1000)"] });
    console.log("inner " + inner.pid);`;
  await using outer = spawnProgram({ argv: [process.execPath, "--input-type=module", "-e", script] });
  const inner = Number((await outer.waitForLine(/inner (\d+)/))[1]);
  outer.signal(signal);
  expect(await outer.exited).toEqual({ code: null, signal });
  await eventually(() => !isAlive(inner), { what: "the inner program to be gone" });
});
