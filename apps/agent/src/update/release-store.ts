import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  createReadStream,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { emptyBook, type StagedRelease, type UpdateBook } from "@cordon/agent-core/update";
import { readReleaseManifest } from "@cordon/contracts/release";
import { epochMs, isErrorCode } from "@cordon/core/kernel";
import {
  isVersion,
  MANIFEST_FILE,
  type ReleaseKey,
  type ReleaseSignature,
  releaseFileFor,
  SIGNATURE_FILE,
  verifyRelease,
} from "@cordon/core/release";
import * as z from "zod";

const BOOK_FILE = "book.json";
const KEY_ID_FILE = "release.key-id";

/**
 * `update/` in the state folder: the book, and each release in a folder of its own with its signed manifest, so that it can be
 * verified again before every start.
 */
export interface ReleaseStore {
  /** An absent or unreadable book is an empty one: then the installed binary runs. */
  readBook(installed: string): UpdateBook;
  /** On disk when it returns. */
  writeBook(book: UpdateBook): void;
  /** Where the executable of a version is, or is to be. */
  executableOf(version: string): string;
  /** Where the executable is fetched to; a later attempt goes on with what is there. */
  partialOf(version: string): string;
  /** What was fetched is not to be gone on with. */
  discard(version: string): void;
  /** Puts a fetched executable in its place, with what proves it. */
  take(version: string, proof: { readonly manifest: Uint8Array } & ReleaseSignature): void;
  /** Undefined: signed by one of the keys, for this target, unchanged. Otherwise what is wrong. */
  verify(
    release: StagedRelease,
    trust: { readonly keys: readonly ReleaseKey[]; readonly target: string },
  ): Promise<string | undefined>;
  /** Removes every version but these, and what was only partly fetched of others. */
  keepOnly(versions: readonly string[]): void;
}

export function openReleaseStore(stateDir: string): ReleaseStore {
  const root = path.join(stateDir, "update");
  const folderOf = (version: string) => {
    if (!isVersion(version)) throw new Error(`"${version}" is no version`);
    return path.join(root, version);
  };
  const executableOf = (version: string) =>
    path.join(folderOf(version), process.platform === "win32" ? "cordon-agent.exe" : "cordon-agent");

  return {
    readBook(installed) {
      try {
        return bookFile.parse(JSON.parse(readFileSync(path.join(root, BOOK_FILE), "utf8")));
      } catch {
        return emptyBook(installed);
      }
    },
    writeBook(book) {
      mkdirSync(root, { recursive: true, mode: 0o700 });
      writeDurably(path.join(root, BOOK_FILE), Buffer.from(`${JSON.stringify(book, undefined, 2)}\n`));
    },
    executableOf,
    partialOf(version) {
      mkdirSync(folderOf(version), { recursive: true, mode: 0o700 });
      return `${executableOf(version)}.part`;
    },
    discard: (version) => rmSync(folderOf(version), { recursive: true, force: true }),
    take(version, { manifest, signature, keyId }) {
      const folder = folderOf(version);
      writeDurably(path.join(folder, MANIFEST_FILE), manifest);
      writeDurably(path.join(folder, SIGNATURE_FILE), Buffer.from(signature, "base64"));
      writeDurably(path.join(folder, KEY_ID_FILE), Buffer.from(keyId));
      const part = `${executableOf(version)}.part`;
      chmodSync(part, 0o700);
      syncFile(part);
      renameSync(part, executableOf(version));
      syncFolder(folder);
    },
    async verify(release, { keys, target }) {
      try {
        const folder = folderOf(release.version);
        const manifest = readFileSync(path.join(folder, MANIFEST_FILE));
        const signature = readFileSync(path.join(folder, SIGNATURE_FILE)).toString("base64");
        const keyId = readFileSync(path.join(folder, KEY_ID_FILE), "utf8");
        if (verifyRelease(manifest, { keyId, signature }, keys) === undefined)
          return "it is not signed by a trusted key";
        const reading = readReleaseManifest(manifest);
        if (reading.kind === "unreadable") return reading.reason;
        const file = releaseFileFor(reading.manifest, target);
        if (reading.manifest.version !== release.version || file?.sha256 !== release.sha256) {
          return "its signed manifest is that of another file";
        }
        return (await sha256Of(executableOf(release.version))) === file.sha256 ? undefined : "its checksum is wrong";
      } catch (error) {
        return (error as Error).message;
      }
    },
    keepOnly(versions) {
      for (const entry of readdirSync(root, { withFileTypes: true })) {
        if (!entry.isDirectory() || versions.includes(entry.name)) continue;
        rmSync(path.join(root, entry.name), { recursive: true, force: true });
      }
    },
  };
}

const time = z.int().transform(epochMs);
const staged = z.object({ version: z.string(), sha256: z.string() });
const bookFile = z.object({
  format: z.literal(1),
  installed: z.string(),
  active: staged.optional(),
  trial: z.object({ release: staged, stagedAt: time, starts: z.int().min(0), kscWorked: z.boolean() }).optional(),
  rejected: z.array(staged.extend({ at: time, code: z.string().refine(isErrorCode), message: z.string() })),
});

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** The old or the new content, whole, whenever the power fails. */
function writeDurably(file: string, content: Uint8Array): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  syncFolder(path.dirname(file));
}

function syncFile(file: string): void {
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Windows opens no folders, and keeps renames in its journal. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
