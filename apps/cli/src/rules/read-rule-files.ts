import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import {
  contentHashOf,
  type LoadedRules,
  loadRuleFiles,
  type RuleFile,
  type RuleFileProblem,
  re2Engine,
} from "@cordon/contracts";
import { RULE_UPLOAD } from "@cordon/contracts/api";
import { KUMA_CATALOGUE } from "@cordon/core/event";
import { AppError } from "@cordon/core/kernel";
import type { ListCatalogue } from "@cordon/core/rules";

/** Tests stand beside the rules that they test, and are none. */
const YAML = /(?<!\.test)\.ya?ml$/;

/** Files and folders as one set; of a folder every .yaml and .yml in it but `*.test.yaml`, by name. The whole is bounded as an upload is. */
export function readRuleFiles(places: readonly string[]): readonly RuleFile[] {
  const names = places.flatMap(filesIn);
  if (names.length > RULE_UPLOAD.filesMax) {
    throw new AppError("cli.usage", `these are ${names.length} files; at most ${RULE_UPLOAD.filesMax} make a set`);
  }
  const files = names.map((name) => ({ name, text: readText(name) }));
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes <= RULE_UPLOAD.bytesMax) return files;
  throw new AppError("cli.usage", `these files have ${bytes} bytes; at most ${RULE_UPLOAD.bytesMax} make a set`);
}

function filesIn(place: string): readonly string[] {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new AppError("cli.usage", `there is no file or folder ${place}`);
  if (!found.isDirectory()) return [place];
  const names = readdirSync(place).filter((name) => YAML.test(name));
  if (names.length === 0) throw new AppError("cli.usage", `the folder ${place} holds no .yaml file`);
  return names.sort().map((name) => path.join(place, name));
}

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("cli.usage", `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Read and compiled as the coordinator does it, without asking one. Without `lists` every list is unknown. */
export function loadRules(files: readonly RuleFile[], lists?: ListCatalogue): LoadedRules {
  return loadRuleFiles(files, {
    regex: re2Engine,
    catalogue: KUMA_CATALOGUE,
    ...(lists === undefined ? {} : { lists }),
  });
}

/** The hash of what they say, where no list can be looked up; the mistakes when there are others than lists not found. */
export function contentOfRules(files: readonly RuleFile[]): string | readonly RuleFileProblem[] {
  const loaded = loadRules(files);
  if (loaded.ok) return loaded.contentHash;
  const others = loaded.problems.filter(({ code }) => code !== "unknown_list");
  return others.length > 0 ? others : (contentHashOf(files, KUMA_CATALOGUE) ?? loaded.problems);
}
