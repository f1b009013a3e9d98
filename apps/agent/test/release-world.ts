import { createHash, generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stage, type UpdateBook } from "@cordon/agent-core/update";
import { epochMs, Secret } from "@cordon/core/kernel";
import { formatReleaseKey, MANIFEST_FORMAT, type ReleaseManifest, signRelease } from "@cordon/core/release";
import { agentTarget } from "../src/update/launch.ts";
import { openReleaseStore } from "../src/update/release-store.ts";

/** A release as the packager makes it, its executable being whatever a test wants to see run. */
export interface TestRelease {
  readonly version: string;
  readonly content: Buffer;
  readonly sha256: string;
  readonly manifest: Buffer;
  readonly signature: string;
  readonly keyId: string;
}

export interface ReleaseMaker {
  /** One line for `update.publicKeys`. */
  readonly publicKey: string;
  release(version: string, content: Buffer | string, patch?: Partial<ReleaseManifest>): TestRelease;
}

export function createReleaseMaker(): ReleaseMaker {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = new Secret(privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  return {
    publicKey: formatReleaseKey(signRelease(Buffer.alloc(0), pem).key),
    release(version, given, patch = {}) {
      const content = Buffer.from(given);
      const sha256 = createHash("sha256").update(content).digest("hex");
      const manifest = Buffer.from(
        JSON.stringify({
          format: MANIFEST_FORMAT,
          product: "cordon-agent",
          version,
          builtAt: "2026-11-24T08:00:00Z",
          protocol: { min: 1, max: 1 },
          mayReplaceNewer: false,
          files: [{ target: agentTarget() as never, name: `cordon-agent-${version}`, bytes: content.length, sha256 }],
          ...patch,
        } satisfies ReleaseManifest),
      );
      const { signature, keyId } = signRelease(manifest, pem);
      return { version, content, sha256, manifest, signature, keyId };
    },
  };
}

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
