import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { LEDGER_FILE, openLedgerReader, openLedgerStore } from "@cordon/agent-store";
import { epochMs } from "@cordon/core/kernel";
import { declaring, type FuzzTarget, promised } from "../target.ts";

/** Every so many cases the file is opened for writing too, which costs files of its own. */
const WRITER_EVERY = 64;
const SEED = gunzipSync(readFileSync(new URL("../../seeds/ledger.sqlite.gz", import.meta.url)));

let folder: string | undefined;
let cases = 0;

function stateFolder(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(path.join(tmpdir(), "cordon-fuzz-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}

/** A ledger that a disk, or somebody with access to it, has changed. */
export const ledgerFile: FuzzTarget = {
  name: "ledger-file",
  summary: "the agent's ledger file",
  shape: "bytes",
  seeds: [SEED],
  words: ["SQLite format 3\u0000", "CREATE TABLE", '{"order":', "null", '"state":"delivered"'],
  bytesMax: SEED.length + 4_096,
  run(input) {
    const stateDir = stateFolder();
    const file = path.join(stateDir, LEDGER_FILE);
    for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(file + suffix, { force: true });
    writeFileSync(file, input);
    declaring(["ledger.unreadable"], () => {
      const reader = openLedgerReader(stateDir);
      if (reader === undefined) return;
      try {
        reader.counts();
        reader.recent(10);
        reader.damage();
      } finally {
        reader.close();
      }
    });
    cases++;
    if (cases % WRITER_EVERY !== 0) return;
    let setAside = 0;
    declaring(["ledger.unreadable"], () => {
      const store = openLedgerStore(stateDir, { onSetAside: () => void setAside++, onDamage: () => {} });
      try {
        store.meta();
        store.openEntries();
        store.closedSince(epochMs(0));
        store.statusesAfter(0, 100);
        for (const endpointId of store.endpointsInUse()) {
          store.slotsOf(endpointId);
          store.occupancyOf(endpointId);
        }
      } finally {
        void store.close();
      }
    });
    promised(setAside <= 1, "a damaged ledger is set aside once");
    for (let number = 1; number <= 5; number++) rmSync(`${file}.damaged-${number}`, { force: true });
  },
};
