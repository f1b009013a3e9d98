import type { EpochMs, ErrorCode } from "@cordon/core/kernel";

/** A release that lies verified in the state folder, ready to be run. */
export interface StagedRelease {
  readonly version: string;
  /** Of its executable. */
  readonly sha256: string;
}

export interface Trial {
  readonly release: StagedRelease;
  readonly stagedAt: EpochMs;
  /** How often its process was started; it is given `startsMax` of them. */
  readonly starts: number;
  /** KSC took our login when it was staged: then it must take it from the new release too. */
  readonly kscWorked: boolean;
}

export interface RejectedRelease extends StagedRelease {
  readonly at: EpochMs;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * What the agent keeps about its own updates (`update/book.json` in the state folder). The binary that the service manager
 * starts, the *installed* one, never changes: it reads this at its start and runs the release that is chosen here. So a release
 * that cannot even start is still taken back, by a program that is known to work.
 */
export interface UpdateBook {
  readonly format: 1;
  /** The installed binary's version when the last release was staged. Another one since then was put there by a person. */
  readonly installed: string;
  /** The release that passed its health check and runs instead of the installed binary. */
  readonly active?: StagedRelease | undefined;
  /** The release that is being tried out. */
  readonly trial?: Trial | undefined;
  /** Not tried again by themselves; newest last. */
  readonly rejected: readonly RejectedRelease[];
}

export const REJECTED_MAX = 20;

export const emptyBook = (installed: string): UpdateBook => ({ format: 1, installed, rejected: [] });

/** What a new trial makes of the book. */
export function stage(book: UpdateBook, trial: Omit<Trial, "starts">, installed: string): UpdateBook {
  return { ...book, installed, trial: { ...trial, starts: 0 } };
}

/** The trial passed its health check. */
export function confirm(book: UpdateBook): UpdateBook {
  const { trial, ...rest } = book;
  return trial === undefined ? book : { ...rest, active: trial.release };
}

/** The trial is over, and what ran before it runs again. */
export function reject(
  book: UpdateBook,
  why: { readonly at: EpochMs; readonly code: ErrorCode; readonly message: string },
): UpdateBook {
  const { trial, ...rest } = book;
  if (trial === undefined) return book;
  return { ...rest, rejected: [...book.rejected, { ...trial.release, ...why }].slice(-REJECTED_MAX) };
}

/** `cordon-agent update retry`: a person says that the cause is mended. */
export function forgive(book: UpdateBook): UpdateBook {
  return { ...book, rejected: [] };
}

/** The executables that are still needed, by version; others may go. */
export function keptVersions({ active, trial }: UpdateBook): readonly string[] {
  return [active, trial?.release].flatMap((release) => (release === undefined ? [] : [release.version]));
}
