import { AppError, type Logger } from "@cordon/core/kernel";
import { callError } from "../errors/delivery.ts";

/** Something that KSC keeps for us until it is released: an accessor, an iterator, a settings storage. */
export interface Releasable<T> {
  /** Called without the caller's signal: an answer that nobody waits for any more would leak what it names. */
  readonly open: () => Promise<T>;
  /** Called exactly once for everything that was opened. Its failure is logged and changes nothing: KSC's own lifetime ends it. */
  readonly release: (opened: T) => Promise<void>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** Opens, or rejects with the signal's reason at once; what opens after that is released at once. */
export async function acquire<T>(resource: Releasable<T>): Promise<T> {
  const { signal } = resource;
  signal.throwIfAborted();
  const opening = resource.open();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      opening.then(
        (opened) => releaseQuietly(resource, opened),
        () => {},
      );
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
  }
}

export async function releaseQuietly<T>(resource: Pick<Releasable<T>, "release" | "logger">, opened: T): Promise<void> {
  try {
    await resource.release(opened);
  } catch (error) {
    const code = error instanceof AppError ? error.code : String(error);
    resource.logger.debug("ksc.release", { outcome: "failed", code });
  }
}

export async function withReleased<T, R>(resource: Releasable<T>, use: (opened: T) => Promise<R>): Promise<R> {
  const opened = await acquire(resource);
  try {
    return await use(opened);
  } catch (error) {
    throw asEnded(error);
  } finally {
    await releaseQuietly(resource, opened);
  }
}

/** "Not found" while reading what was just opened means that its session ended: to be begun anew, not to be believed. */
export function asEnded(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "ksc.not_found") return error;
  return callError("ksc.session_lost", "paging", "KSC dropped the accessor before it was read", "answered", error);
}
