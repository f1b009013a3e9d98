import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, statfs } from "node:fs/promises";
import path from "node:path";
import type { EvidenceVault, IncomingFile, KeptFile, VaultRefusal } from "@cordon/agent-core";
import { AppError } from "@cordon/core/kernel";

export interface EvidenceVaultOptions {
  /** Made with mode 0700 when it is not there. */
  readonly folder: string;
  /** Of one file. */
  readonly bytesMax: number;
}

/** What stays free on the disk, for the ledger's sake when the folder lies beside it. */
const FREE_BYTES_MIN = 64 * 1_048_576;
/** A file that is being written; what a crash leaves of one is removed at the next start. */
const PART = ".part";

/** Opens the folder and removes what an earlier process left half-written. Throws `fetch.unwritable`. */
export function openEvidenceVault({ folder, bytesMax }: EvidenceVaultOptions): EvidenceVault {
  const writing = new Set<string>();
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (name.endsWith(PART)) rmSync(path.join(folder, name), { force: true });
    }
  } catch (cause) {
    throw unwritable(folder, cause);
  }

  async function keep(file: IncomingFile): Promise<KeptFile | VaultRefusal> {
    const { bytes } = file;
    if (bytes > bytesMax) {
      return refused("fetch.too_large", `the file has ${bytes} bytes, this site takes at most ${bytesMax}`);
    }
    const name = nameOf(file);
    if (writing.has(name)) return refused("fetch.busy", `${name} is being fetched already`);
    writing.add(name);
    try {
      return await write(file, name);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOSPC" || code === "EDQUOT") return refused("fetch.disk_full", `${folder} is full`);
      throw code === undefined ? error : unwritable(folder, error);
    } finally {
      writing.delete(name);
    }
  }

  async function write(file: IncomingFile, name: string): Promise<KeptFile | VaultRefusal> {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < file.bytes + FREE_BYTES_MIN) {
      return refused("fetch.disk_full", `${folder} has ${bavail * bsize} bytes left for a file of ${file.bytes}`);
    }
    const target = path.join(folder, name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const part = `${target}${PART}`;
    try {
      const result = await receive(file, await open(part, "w", 0o600));
      if (result.kind === "refused") return result;
      await rename(part, target);
      return { kind: "kept", path: name, bytes: file.bytes, sha256: result.sha256 };
    } finally {
      // Renamed already when all went well.
      await rm(part, { force: true });
    }
  }

  return { keep };
}

async function receive(
  { bytes, chunks, check }: IncomingFile,
  handle: FileHandle,
): Promise<{ readonly kind: "whole"; readonly sha256: string } | VaultRefusal> {
  const sha = createHash("sha256");
  const md = createHash("md5");
  let received = 0;
  try {
    for await (const chunk of chunks) {
      received += chunk.length;
      // A device that sends more than it announced is not let fill the disk.
      if (received > bytes) return refused("fetch.incomplete", `more than the announced ${bytes} bytes came`);
      sha.update(chunk);
      md.update(chunk);
      await handle.write(chunk);
    }
    if (received < bytes) return refused("fetch.incomplete", `${received} of ${bytes} bytes came`);
    const hashes = { sha256: sha.digest("hex"), md5: md.digest("hex") };
    const refusal = check(hashes);
    if (refusal !== undefined) return refusal;
    await handle.sync();
    return { kind: "whole", sha256: hashes.sha256 };
  } finally {
    await handle.close();
  }
}

/** From the ids alone: neither may lead out of the folder, nor say anything that a file system reads otherwise. */
function nameOf({ actionId, itemId }: IncomingFile): string {
  const folder = /^[A-Za-z0-9_-]{1,64}$/.test(actionId) ? actionId : short(actionId);
  return path.posix.join(folder, `${short(itemId)}.bin`);
}

function short(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 32);
}

function refused(code: VaultRefusal["code"], message: string): VaultRefusal {
  return { kind: "refused", code, message };
}

function unwritable(folder: string, cause: unknown): AppError {
  return new AppError("fetch.unwritable", `${folder}: ${(cause as Error).message}`, { cause });
}
