import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { KillSwitch } from "@cordon/agent-core";
import { ACTION_KINDS } from "@cordon/core/action";
import { AppError, type EpochMs, epochMs } from "@cordon/core/kernel";
import { KINDS_AND_CLASSES, type KindOrClass, kindsOf } from "@cordon/core/site-policy";
import { parse, stringify } from "yaml";
import { writeForAgent } from "../file-for-agent.ts";

/** Of what someone wrote into the file, so much is shown. */
const REASON_CHARS_MAX = 300;

/**
 * [S4] The kill switch is a file: while it is there the switch is pulled, whatever it holds. It may hold a reason, as plain text or
 * as `reason:` and `actions:` (kinds or classes; everything when absent or not understood). Whatever keeps us from telling whether
 * the file is there counts as pulled.
 */
export function readKillFile(file: string, now: EpochMs): KillSwitch | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return { since: now, reason: `${file}: ${(error as Error).message}`, kinds: ACTION_KINDS };
  }
  return parseKillFile(text, now);
}

export function parseKillFile(text: string, now: EpochMs): KillSwitch {
  const value = parseLoosely(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return switchOf(now, text, undefined);
  const { reason, actions, since } = value as Record<string, unknown>;
  return switchOf(typeof since === "string" ? timeOf(since, now) : now, reason, actions);
}

function switchOf(since: EpochMs, reason: unknown, actions: unknown): KillSwitch {
  const said = typeof reason === "string" ? reason.trim().slice(0, REASON_CHARS_MAX) : "";
  const names = [actions].flat();
  const understood = names.every((name) => KINDS_AND_CLASSES.includes(name as KindOrClass));
  const kinds = understood && names.length > 0 ? kindsOf(names as KindOrClass[]) : ACTION_KINDS;
  return { since, kinds, ...(said === "" ? {} : { reason: said }) };
}

function parseLoosely(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function timeOf(text: string, otherwise: EpochMs): EpochMs {
  const time = Date.parse(text);
  return Number.isNaN(time) ? otherwise : epochMs(time);
}

/**
 * Appears whole, and readable for the agent's own user; on a disk that has no room for a reason it appears empty, which is enough.
 * Throws `ledger.unwritable`.
 */
export function pullKillSwitch(
  file: string,
  stateDir: string,
  said: { readonly reason?: string; readonly actions?: readonly KindOrClass[]; readonly since: EpochMs },
): void {
  const { reason, actions, since } = said;
  const content = { since: new Date(since).toISOString(), reason, actions };
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeForAgent(file, stringify(content), stateDir);
  } catch {
    pullSilently(file);
  }
}

function pullSilently(file: string): void {
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (cause) {
    throw new AppError("ledger.unwritable", `the kill switch is NOT pulled: ${(cause as Error).message}`, { cause });
  }
}

export function releaseKillSwitch(file: string): void {
  rmSync(file, { force: true });
}
