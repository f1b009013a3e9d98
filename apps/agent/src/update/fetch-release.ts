import { createWriteStream, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type { Agent, IncomingMessage } from "node:http";
import { request } from "node:https";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError, asAppError, type Secret } from "@cordon/core/kernel";
import { MANIFEST_BYTES_MAX, MANIFEST_FILE } from "@cordon/core/release";

/** The gateway, as the agent's session reaches it. */
export interface GatewayAddress {
  /** `wss://host:port`. */
  readonly url: string;
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: Secret };
  /** Goes through the site's proxy, when it has one. */
  readonly agent?: Agent | undefined;
}

/** Connecting, and every pause between two pieces. */
const SILENCE_MS_MAX = 60_000;
/** What must stay free beside the release: the ledger needs room too. */
const FREE_BYTES_MIN = 64 * 1024 * 1024;

/** The manifest beside the file of an offer. Throws `update.download_failed` or `update.mismatch`. */
export async function fetchManifest(gateway: GatewayAddress, filePath: string, signal: AbortSignal): Promise<Buffer> {
  const url = new URL(MANIFEST_FILE, addressOf(gateway, filePath));
  const answer = await get(gateway, url, {}, signal);
  if (answer.statusCode !== 200) throw failed(url, `HTTP ${answer.statusCode}`, answer);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MANIFEST_BYTES_MAX) throw failed(url, "the manifest is too long", answer);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw asDownloadFailure(url, cause);
  }
  return Buffer.concat(chunks);
}

/**
 * Fetches a file of known size to `partial`, going on where an earlier attempt ended. It is complete when this returns; whether
 * it is right, its checksum tells. Throws `update.download_failed` or `update.no_space`; what came stays for the next attempt.
 */
export async function fetchFile(
  gateway: GatewayAddress,
  file: { readonly path: string; readonly bytes: number; readonly sha256: string; readonly partial: string },
  signal: AbortSignal,
): Promise<void> {
  const have = sizeOf(file.partial);
  if (have === file.bytes) return;
  const from = have < file.bytes ? have : 0;
  await needSpace(path.dirname(file.partial), file.bytes - from);
  const url = addressOf(gateway, file.path);
  // The entity tag is the checksum: a file that was exchanged meanwhile comes whole.
  const range = from === 0 ? {} : { range: `bytes=${from}-`, "if-range": `"${file.sha256}"` };
  const answer = await get(gateway, url, range, signal);
  const isRest = answer.statusCode === 206 && answer.headers["content-range"] === rangeOf(from, file.bytes);
  if (!isRest && answer.statusCode !== 200) throw failed(url, `HTTP ${answer.statusCode}`, answer);
  const start = isRest ? from : 0;
  try {
    await pipeline(
      answer,
      atMost(file.bytes - start),
      createWriteStream(file.partial, { flags: start === 0 ? "w" : "a", mode: 0o600 }),
    );
  } catch (cause) {
    if (isFull(cause)) throw noSpace(path.dirname(file.partial), cause);
    throw asDownloadFailure(url, cause);
  }
  const now = sizeOf(file.partial);
  if (now !== file.bytes) throw failed(url, `it ended after ${now} of ${file.bytes} bytes`);
}

const rangeOf = (from: number, total: number) => `bytes ${from}-${total - 1}/${total}`;

/** An offer names a path of the gateway and nothing else. */
function addressOf({ url }: GatewayAddress, filePath: string): URL {
  const base = new URL(url);
  base.protocol = "https:";
  const address = new URL(filePath, base);
  if (address.host !== base.host) throw new AppError("update.mismatch", `the offer's path leads to ${address.host}`);
  return address;
}

function get(
  { tls, agent }: GatewayAddress,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        ca: tls.ca,
        cert: tls.cert,
        key: tls.key.reveal(),
        minVersion: "TLSv1.3",
        headers,
        signal,
        timeout: SILENCE_MS_MAX,
        agent: agent ?? false,
      },
      resolve,
    );
    call.on("timeout", () => call.destroy(new Error(`silent for ${SILENCE_MS_MAX / 1_000} s`)));
    call.on("error", (cause) => reject(asDownloadFailure(url, cause)));
    call.end();
  });
}

/** A peer that sends more than it said fills no disk. */
function atMost(bytes: number) {
  return async function* (source: AsyncIterable<Buffer>) {
    let left = bytes;
    for await (const chunk of source) {
      left -= chunk.length;
      if (left < 0) throw new Error("more came than was announced");
      yield chunk;
    }
  };
}

async function needSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes + FREE_BYTES_MIN) {
    throw noSpace(
      folder,
      undefined,
      `${bytes} bytes and ${FREE_BYTES_MIN} to spare are needed, ${bavail * bsize} are free`,
    );
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && (cause.code === "ENOSPC" || cause.code === "EDQUOT");
}

function noSpace(folder: string, cause: unknown, why = "the disk is full"): AppError {
  return new AppError("update.no_space", `${folder}: ${why}`, { cause });
}

function failed(url: URL, why: string, answer?: IncomingMessage): AppError {
  answer?.destroy();
  return new AppError("update.download_failed", `${url.host}${url.pathname}: ${why}`);
}

/** What the site's proxy said is the site's trouble and passes, as that of any line does; it is in the words. */
function asDownloadFailure(url: URL, cause: unknown): AppError {
  if (cause instanceof AppError && cause.code.startsWith("update.")) return cause;
  return new AppError("update.download_failed", `${url.host}${url.pathname}: ${asAppError(cause).message}`, { cause });
}
