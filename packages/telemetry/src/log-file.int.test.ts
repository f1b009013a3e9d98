import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLogFile } from "./log-file.ts";
import { createLogger } from "./logger.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "cordon-log-"));
  file = path.join(folder, "deep", "x.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (name: string) =>
  readFileSync(name, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).n as number);

test("a log file is made for its owner only and is appended to after a restart", () => {
  for (const n of [1, 2]) {
    const log = createLogger({ level: "info", destination: { file } });
    log.info("a.b", { n });
    log.flush();
  }
  expect(linesOf(file)).toEqual([1, 2]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a full file becomes the one before; disk use is bounded, lines are whole and the newest are kept in order", () => {
  const destination = openLogFile(file, 1_000);
  const log = createLogger({ level: "info", destination });
  for (let n = 0; n < 100; n += 1) log.info("a.b", { n });
  destination.flush();
  const kept = [...linesOf(`${file}.1`), ...linesOf(file)];
  expect(kept.at(-1)).toBe(99);
  expect(kept).toEqual(Array.from(kept, (_, index) => (kept[0] ?? 0) + index));
  expect(kept.length).toBeLessThan(100);
  for (const name of [file, `${file}.1`]) expect(statSync(name).size).toBeLessThan(1_200);
});

test("a file that was large before the start counts", () => {
  const first = openLogFile(file, 1_000);
  first.write(`${JSON.stringify({ n: 1, fill: "x".repeat(900) })}\n`);
  first.flush();
  const second = openLogFile(file, 1_000);
  second.write(`${JSON.stringify({ n: 2, fill: "x".repeat(200) })}\n`);
  second.write(`${JSON.stringify({ n: 3 })}\n`);
  second.flush();
  expect(linesOf(`${file}.1`)).toEqual([1, 2]);
  expect(linesOf(file)).toEqual([3]);
});
