import * as z from "zod";
import type { CallOptions, KscCaller } from "../session/caller.ts";
import {
  anyParams,
  datetime,
  int,
  paramsList,
  reading,
  readNothing,
  returning,
  yesOrNo,
} from "../values/reply-schemas.ts";
import type { KscParams } from "../values/wire-types.ts";

export const consoleEvent = z.looseObject({
  KLSRV_CON_EVENT_TYPE: z.string(),
  KLSRV_CON_EVENT_PARAMS: anyParams.optional(),
  KLSRV_CON_EVENT_BIRTH_TIME: datetime.optional(),
});

const subscription = reading(
  z
    .looseObject({ PxgRetVal: int, nPeriod: int })
    .transform((reply) => ({ subscriptionId: reply.PxgRetVal, periodMs: reply.nPeriod })),
);
const retrieved = reading(
  z
    .looseObject({ PxgRetVal: z.boolean(), nPeriod: int, pEvents: paramsList.optional() })
    .transform((reply) => ({ flag: reply.PxgRetVal, periodMs: reply.nPeriod, events: reply.pEvents ?? [] })),
);

/** Class ConEvents (kaspersky.md 4.14): console events by polling, in one session, never before `periodMs` has passed. */
export function createConsoleEvents(caller: KscCaller) {
  return {
    subscribe: (
      event: string,
      filter: KscParams,
      options?: CallOptions,
    ): Promise<{ readonly subscriptionId: number; readonly periodMs: number }> =>
      caller.call("ConEvents.Subscribe", { wstrEvent: event, pFilter: filter }, "changes", subscription, options),

    /**
     * `periodMs` 0: do not poll. Drain until `events` is empty: the documents contradict each other on the meaning of `flag`.
     * "Changes": what one call hands out is gone from the next.
     */
    retrieve: (
      options?: CallOptions,
    ): Promise<{ readonly flag: boolean; readonly periodMs: number; readonly events: readonly KscParams[] }> =>
      caller.call("ConEvents.Retrieve", {}, "changes", retrieved, options),

    unSubscribe: (subscriptionId: number, options?: CallOptions): Promise<void> =>
      caller.call("ConEvents.UnSubscribe", { nSubsId: subscriptionId }, "reads", readNothing, options),

    isServiceConsoleAvailable: (
      of: { readonly product: string; readonly version: string },
      options?: CallOptions,
    ): Promise<boolean> =>
      caller.call(
        "ConEvents.IsServiceConsoleAvailable",
        { wstrProdName: of.product, wstrProdVersion: of.version },
        "reads",
        returning(yesOrNo),
        options,
      ),

    isAnyServiceConsoleAvailable: (options?: CallOptions): Promise<boolean> =>
      caller.call("ConEvents.IsAnyServiceConsoleAvailable", {}, "reads", returning(yesOrNo), options),
  };
}
