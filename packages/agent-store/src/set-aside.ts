import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export const LEDGER_FILE = "ledger.sqlite";

/** Says why the ledger beside it must not be used; written by the check that runs while the agent works. */
const DAMAGE_FILE = "ledger.damaged";

/** Damaged ledgers that are kept for a person to look at; beyond that the oldest gives way. */
const KEPT_MAX = 5;

export function tellDamage(stateDir: string, reason: string): void {
  writeFileSync(path.join(stateDir, DAMAGE_FILE), `${reason}\n`, { mode: 0o600 });
}

export function damageToldOf(stateDir: string): string | undefined {
  try {
    return readFileSync(path.join(stateDir, DAMAGE_FILE), "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Moves the ledger and its log out of the way; returns where the ledger lies now. */
export function setAside(stateDir: string): string {
  const place = (number: number) => path.join(stateDir, `${LEDGER_FILE}.damaged-${number}`);
  let number = 1;
  while (number < KEPT_MAX && existsSync(place(number))) number++;
  if (existsSync(place(number))) shiftDown(place);
  for (const suffix of ["", "-wal", "-shm"]) {
    const from = path.join(stateDir, LEDGER_FILE + suffix);
    if (existsSync(from)) renameSync(from, place(number) + suffix);
  }
  rmSync(path.join(stateDir, DAMAGE_FILE), { force: true });
  return place(number);
}

function shiftDown(place: (number: number) => string): void {
  for (let number = 1; number < KEPT_MAX; number++) {
    for (const suffix of ["", "-wal", "-shm"]) {
      rmSync(place(number) + suffix, { force: true });
      if (existsSync(place(number + 1) + suffix)) renameSync(place(number + 1) + suffix, place(number) + suffix);
    }
  }
}
