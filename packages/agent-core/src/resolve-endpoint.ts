import { troubleOf } from "./ksc-trouble.ts";
import type { Edr } from "./ports.ts";
import type { FromCoordinator, Session } from "./uplink.ts";

type ResolveRequest = Extract<FromCoordinator, { kind: "resolveRequest" }>;

/** Answers "which endpoint is this?" out of KSC; a bounded number at a time, so that questions never crowd out actions. */
export function createResolver(deps: { readonly edr: Edr; readonly max: number; readonly signal: AbortSignal }) {
  let underWay = 0;
  return async (session: Session, request: ResolveRequest): Promise<void> => {
    const { requestId } = request;
    if (underWay >= deps.max) {
      const problem = { code: "ksc.queue_full", message: `${underWay} look-ups are under way` } as const;
      session.uplink.send({ kind: "resolveAnswer", requestId, endpoints: [], problem });
      return;
    }
    underWay++;
    try {
      const endpoints = await deps.edr.findEndpoints(request.by, request.value, deps.signal);
      session.uplink.send({ kind: "resolveAnswer", requestId, endpoints });
    } catch (thrown) {
      const { code, message } = troubleOf(thrown);
      session.uplink.send({ kind: "resolveAnswer", requestId, endpoints: [], problem: { code, message } });
    } finally {
      underWay--;
    }
  };
}
