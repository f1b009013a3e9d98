import { copyFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LEDGER_FILE } from "@cordon/agent-store";
import type { BenchContext } from "../../bench.ts";
import type { Measurement } from "../../figure.ts";
import { interleavedMedians } from "../../rounds.ts";
import { admitDurably, newOrder, openLedger } from "./site-ledger.ts";

const GROUPS = [1, 10, 100] as const;
const ADMISSIONS = { 1: 2_000, 10: 5_000, 100: 10_000 } as const;
const ENDPOINTS = 1_000;

/**
 * Durable admissions per second, the next group when the one before is on disk. The peer commits the very rows that the ledger
 * wrote, in the same order, with the same statement into a file of the same form, ready-made: nothing but SQLite and the disk.
 */
export async function measureAdmissions({ rounds, say }: BenchContext, work: string): Promise<readonly Measurement[]> {
  const figures: Measurement[] = [];
  let turn = 0;
  for (const group of GROUPS) {
    const count = ADMISSIONS[group];
    say(`admissions in groups of ${group}: ${rounds} rounds of ${count} on each side …`);
    let last = "";
    const medians = await interleavedMedians(rounds, {
      ledger: async () => {
        last = path.join(work, `admissions-${++turn}`);
        return admissionsPerSecond(last, group, count);
      },
      bare: async () => barePerSecond(last, path.join(work, `bare-${++turn}`), group),
    });
    figures.push({
      name: `durable admissions, groups of ${group}`,
      value: medians.ledger,
      unit: "/s",
      peer: { name: "bare node:sqlite (WAL, FULL), same rows", value: medians.bare },
      goal: { of: "ratio", atLeast: 0.7 },
    });
  }
  return figures;
}

async function admissionsPerSecond(stateDir: string, group: number, count: number): Promise<number> {
  const { ledger, close } = openLedger(stateDir);
  const groups = Array.from({ length: count / group }, (_, at) =>
    Array.from({ length: group }, (__, index) => newOrder((at * group + index) % ENDPOINTS)),
  );
  const startedMs = performance.now();
  for (const orders of groups) await admitDurably(ledger, orders);
  const perSecond = (count * 1_000) / (performance.now() - startedMs);
  await close();
  return perSecond;
}

function barePerSecond(ledgerDir: string, dir: string, group: number): number {
  mkdirSync(dir);
  const file = path.join(dir, "bare.sqlite");
  copyFileSync(path.join(ledgerDir, LEDGER_FILE), file);
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  const columns = db
    .prepare("PRAGMA table_info(entries)")
    .all()
    .map(({ name }) => String(name));
  const rows = db.prepare(`SELECT ${columns.join(", ")} FROM entries ORDER BY rowid`).all();
  const values = rows.map((row) => columns.map((column) => row[column] as string | number | null));
  // As small as the ledger's file was when it began: a file that has its pages already need not grow.
  db.exec("DELETE FROM entries; VACUUM;");
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const insert = db.prepare(
    `INSERT INTO entries (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  const startedMs = performance.now();
  for (let from = 0; from < values.length; from += group) {
    db.exec("BEGIN IMMEDIATE");
    for (const row of values.slice(from, from + group)) insert.run(...row);
    db.exec("COMMIT");
  }
  const perSecond = (values.length * 1_000) / (performance.now() - startedMs);
  db.close();
  return perSecond;
}
