import { openLedgerStore } from "../src/index.ts";
import { entryOf, statusOf } from "./entries.ts";

// Commits for ever, tells every commit that it was told of on standard output, and waits to be killed.
const store = openLedgerStore(process.argv[2] ?? "", { onSetAside: () => {}, onDamage: () => {} });
for (let serial = 1; ; serial++) {
  const names = Array.from({ length: 5 }, (_, index) => `a${serial}-${index}`);
  const groups = names.map((name) => store.write([{ kind: "entry", entry: entryOf(name) }]));
  await Promise.all([...groups, store.write([{ kind: "status", record: statusOf(serial) }])]);
  process.stdout.write(`${names.map((name) => `acknowledged ${name}`).join("\n")}\nstatus ${serial}\n`);
}
