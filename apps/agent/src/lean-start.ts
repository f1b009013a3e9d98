import { setFlagsFromString } from "node:v8";
import { config } from "zod/mini";

// A schema that reads one configuration is not worth a parser compiled for it.
config({ jitless: true });

/**
 * Imported before anything else by the program. What runs often during a start does not afterwards, so V8 must not optimise it:
 * that costs the start time, and an idle agent six megabytes for good. `optimiseFromNowOn` ends it.
 */
const OPTIMISERS = ["sparkplug", "maglev", "opt", "wasm-tier-up", "wasm-dynamic-tiering"];
for (const name of OPTIMISERS) setFlagsFromString(`--no-${name}`);

export function optimiseFromNowOn(): void {
  for (const name of OPTIMISERS) setFlagsFromString(`--${name}`);
}
