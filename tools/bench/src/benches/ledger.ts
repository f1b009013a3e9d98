import { createTempFolder } from "@cordon/testkit";
import type { Bench } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { measureAdmissions } from "./ledger/admissions.ts";
import { buildBigLedger, ENDPOINTS, ROWS } from "./ledger/big-ledger.ts";
import { measureBigLedger } from "./ledger/big-ledger-figures.ts";

/** What the agent's ledger costs beside the bare SQLite below it. */
export const ledgerBench: Bench = {
  name: "ledger",
  summary: "durable admissions of the agent's ledger, and a ledger of 1,000,000 rows, beside bare node:sqlite",
  run: async (context) => {
    using folder = createTempFolder();
    const figures: Measurement[] = [...(await measureAdmissions(context, folder.path))];
    context.say(`building a ledger of ${ROWS.toLocaleString("en-US")} rows on ${ENDPOINTS} endpoints …`);
    const big = buildBigLedger(folder.path);
    figures.push(...(await measureBigLedger(context, folder.path, big)));
    return figures;
  },
};
