import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stage, type UpdateBook } from "@cordon/agent-core/update";
import { epochMs } from "@cordon/core/kernel";
import type { TestRelease } from "@cordon/testkit";
import { openReleaseStore } from "../src/update/release-store.ts";

/** Puts a release into a state folder as a finished download would, and stages it. */
export function stageRelease(stateDir: string, release: TestRelease, installed: string): UpdateBook {
  const store = openReleaseStore(stateDir);
  writeFileSync(store.partialOf(release.version), release.content);
  store.take(release.version, release);
  const staged = { version: release.version, sha256: release.sha256 };
  const book = stage(store.readBook(installed), { release: staged, stagedAt: epochMs(0), kscWorked: false }, installed);
  store.writeBook(book);
  return book;
}

/** A program that leaves a line with its name and arguments in `trace`, then does what `rest` says in shell. */
export const script = (name: string, trace: string, rest: string) =>
  `#!/bin/sh\necho "${name} $*" >> "${trace}"\n${rest}\n`;

export function writeExecutable(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

export const linesOf = (file: string): readonly string[] =>
  statSync(file, { throwIfNoEntry: false }) === undefined ? [] : readFileSync(file, "utf8").trimEnd().split("\n");
