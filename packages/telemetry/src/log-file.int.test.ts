import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { mountSmallDisk } from "@cordon/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { olderLogFiles, openLogFile } from "./log-file.ts";
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
  const destination = openLogFile(file, { bytesMax: 1_000, filesMax: 1 });
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
  const first = openLogFile(file, { bytesMax: 1_000, filesMax: 1 });
  first.write(`${JSON.stringify({ n: 1, fill: "x".repeat(900) })}\n`);
  first.flush();
  const second = openLogFile(file, { bytesMax: 1_000, filesMax: 1 });
  second.write(`${JSON.stringify({ n: 2, fill: "x".repeat(200) })}\n`);
  second.write(`${JSON.stringify({ n: 3 })}\n`);
  second.flush();
  expect(linesOf(`${file}.1`)).toEqual([1, 2]);
  expect(linesOf(file)).toEqual([3]);
});

test("several older files are kept, the newest with the lowest number, and no more than allowed", () => {
  const destination = openLogFile(file, { bytesMax: 500, filesMax: 3 });
  const log = createLogger({ level: "info", destination });
  for (let n = 0; n < 100; n += 1) log.info("a.b", { n });
  destination.flush();
  expect(olderLogFiles(file)).toEqual([1, 2, 3].map((number) => `${file}.${number}`));
  const kept = [3, 2, 1].flatMap((number) => linesOf(`${file}.${number}`));
  expect(kept).toEqual(Array.from(kept, (_, index) => (kept[0] ?? 0) + index));
});

test("older files go when their last line is too old", () => {
  openLogFile(file).flush();
  for (const number of [1, 2]) writeFileSync(`${file}.${number}`, "{}\n");
  const tenDaysAgo = (Date.now() - 10 * 86_400_000) / 1_000;
  utimesSync(`${file}.2`, tenDaysAgo, tenDaysAgo);
  openLogFile(file, { bytesMax: 500, filesMax: 5, ageMsMax: 7 * 86_400_000 });
  expect([1, 2].map((number) => existsSync(`${file}.${number}`))).toEqual([true, false]);
});

test("a full disk costs lines, not the process, and what is logged when there is room again is there", () => {
  using disk = mountSmallDisk(4 * 1_048_576);
  const destination = openLogFile(path.join(disk.path, "x.log"));
  const log = createLogger({ level: "info", destination });
  log.info("a.b", { n: 1 });
  disk.fill();
  for (let n = 2; n < 4_000; n += 1) log.info("a.b", { n, fill: "x".repeat(500) });
  disk.free();
  log.info("a.b", { n: 5_000, fill: "x".repeat(500) });
  destination.flush();
  const kept = linesOf(path.join(disk.path, "x.log"));
  expect([kept[0], kept.at(-1)]).toEqual([1, 5_000]);
  expect(kept.length).toBeLessThan(4_000);
});
