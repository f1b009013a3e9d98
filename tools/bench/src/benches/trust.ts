import type { Bench, BenchContext } from "../bench.ts";
import type { Measurement } from "../figure.ts";
import { accepts } from "./trust/accepts.ts";
import { audit } from "./trust/audit.ts";
import { orderSigning } from "./trust/order-signing.ts";
import { walls } from "./trust/walls.ts";

/** Measures one part of what trust costs, beside what it is compared with, in one run. */
type TrustFigures = (context: BenchContext) => Promise<readonly Measurement[]>;

/** One line for each part; they run one after another. */
const FIGURES: readonly TrustFigures[] = [orderSigning, accepts, walls, audit];

export const trustBench: Bench = {
  name: "trust",
  summary: "what signed orders, mutual TLS, the walls between tenants and the audit cost",
  async run(context) {
    const all: Measurement[] = [];
    for (const figures of FIGURES) all.push(...(await figures(context)));
    return all;
  },
};
