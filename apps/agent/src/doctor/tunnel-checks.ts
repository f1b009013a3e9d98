import type { Socket } from "node:net";
import { asAppError } from "@cordon/core/kernel";
import type { AgentConfig } from "../config/index.ts";
import type { Check } from "./check.ts";

/** Names are the proxy's to resolve. */
export function byProxy(name: string): Check {
  return { name, needs: [], run: async () => ({ outcome: "ok", text: "the proxy finds it" }) };
}

export function tunnelCheck(
  name: string,
  { proxy }: AgentConfig,
  dial: (signal: AbortSignal) => Promise<Socket | undefined>,
  needs: readonly string[],
): Check {
  return {
    name,
    needs,
    async run(signal) {
      try {
        (await dial(signal))?.destroy();
        return { outcome: "ok", text: `the proxy ${proxy?.url} opens the way` };
      } catch (thrown) {
        const error = asAppError(thrown);
        return { outcome: "failed", text: error.message, mend: error.spec.mend };
      }
    },
  };
}
