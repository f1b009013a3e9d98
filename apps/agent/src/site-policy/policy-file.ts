import { readFileSync } from "node:fs";
import path from "node:path";
import { type LoadedSitePolicy, loadSitePolicy, printFileProblem } from "@cordon/contracts/site-policy";
import { AppError } from "@cordon/core/kernel";

export type RightPolicy = Extract<LoadedSitePolicy, { ok: true }> & { readonly text: string };

/** A policy file as it was found. `problem`: why nothing of it may be used, in one line. */
export type FoundPolicy = RightPolicy | { readonly ok: false; readonly problem: string; readonly missing: boolean };

export function readPolicyFile(file: string): FoundPolicy {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { ok: false, problem: missing ? `${file} is gone` : `${file}: ${(error as Error).message}`, missing };
  }
  const loaded = loadSitePolicy({ name: path.basename(file), text });
  if (loaded.ok) return { ...loaded, text };
  const [first] = loaded.problems;
  const more = loaded.problems.length - 1;
  const problem = `${first === undefined ? "it is wrong" : printFileProblem(first)}${more > 0 ? ` (and ${more} more)` : ""}`;
  return { ok: false, problem, missing: false };
}

/** For the commands: throws `config.invalid` when the file cannot be read, and hands out every problem otherwise. */
export function checkPolicyFile(file: string): LoadedSitePolicy {
  try {
    return loadSitePolicy({ name: path.basename(file), text: readFileSync(file, "utf8") });
  } catch (cause) {
    throw new AppError("config.invalid", `policy.file: ${(cause as Error).message}`, { cause });
  }
}
