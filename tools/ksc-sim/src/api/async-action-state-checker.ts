import { KscError } from "../model/errors.ts";
import type { MethodTable } from "./method.ts";
import { method } from "./method.ts";

export const asyncActionMethods: MethodTable = {
  "AsyncActionStateChecker.CheckActionState": method({
    args: { wstrActionGuid: "string" },
    handle: ({ entry, session, world, now }, { wstrActionGuid }) => {
      const owner = entry.actionOwners.get(wstrActionGuid);
      if (owner !== undefined && owner !== session && !owner.ended) {
        throw new KscError("noAccess", "The action belongs to another session");
      }
      const state = session.actions.check(wstrActionGuid, now, world.knobs.asyncActionMs);
      return {
        bFinalized: state.finalized,
        bSuccededFinalized: state.succeeded,
        lStateCode: state.stateCode,
        pStateData: state.stateData,
        lNextCheckDelay: state.nextCheckDelayMs,
      };
    },
  }),
};
