import type { EpochMs } from "@cordon/core/kernel";
import { emptyBook, reject, type StagedRelease, type UpdateBook } from "./update-book.ts";

/** What to run now; `book` is to be on disk before it runs, so that a start that ends the machine is still counted. */
export interface BootChoice {
  readonly run: { readonly kind: "installed" } | { readonly kind: "release"; readonly release: StagedRelease };
  readonly isTrial: boolean;
  readonly book: UpdateBook;
  /** For the log, when it is not the usual. */
  readonly note?: string;
}

/** A release that crashed so often before it was healthy is taken back. */
export const TRIAL_STARTS_MAX = 3;

/** The decision at the start of the installed binary, before anything else of the agent. */
export function chooseBoot(input: {
  readonly book: UpdateBook;
  /** The version of the binary that decides. */
  readonly installed: string;
  /** `off`: nothing is tried any more; what was confirmed goes on. */
  readonly mode: "off" | "auto";
  readonly now: EpochMs;
}): BootChoice {
  const { book, installed, mode, now } = input;
  if (book.installed !== installed) {
    const note = `version ${installed} was installed in place of ${book.installed}; it runs, and earlier releases are forgotten`;
    return {
      run: { kind: "installed" },
      isTrial: false,
      book: { ...emptyBook(installed), rejected: book.rejected },
      note,
    };
  }
  const { trial } = book;
  if (trial === undefined) return withoutTrial(book);
  if (mode === "off") {
    const { trial: _dropped, ...rest } = book;
    return { ...withoutTrial(rest), note: `updates are off: ${trial.release.version} is not tried` };
  }
  if (trial.starts >= TRIAL_STARTS_MAX) {
    const message = `version ${trial.release.version} ended ${trial.starts} times before it was healthy`;
    return { ...withoutTrial(reject(book, { at: now, code: "update.crashed", message })), note: message };
  }
  const counted = { ...book, trial: { ...trial, starts: trial.starts + 1 } };
  return { run: { kind: "release", release: trial.release }, isTrial: true, book: counted };
}

/** The chosen executable is not what was staged (a broken disk, a meddling hand): the next best is run. */
export function withoutRelease(choice: BootChoice, why: string, now: EpochMs): BootChoice {
  if (choice.run.kind === "installed") return choice;
  const { version } = choice.run.release;
  const note = `version ${version} cannot be run: ${why}`;
  if (choice.isTrial) {
    return { ...withoutTrial(reject(choice.book, { at: now, code: "update.damaged", message: note })), note };
  }
  const { active: _damaged, ...rest } = choice.book;
  return { ...withoutTrial(rest), note };
}

function withoutTrial(book: UpdateBook): BootChoice {
  const { active } = book;
  if (active === undefined) return { run: { kind: "installed" }, isTrial: false, book };
  return { run: { kind: "release", release: active }, isTrial: false, book };
}
