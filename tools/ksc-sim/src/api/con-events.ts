import { badArgument } from "../model/errors.ts";
import { params } from "../model/values.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";

export const conEventMethods: MethodTable = {
  "ConEvents.Subscribe": method({
    right: "read",
    args: { wstrEvent: "string", pFilter: "params?" },
    handle: ({ session, now }, { wstrEvent, pFilter }) => {
      // Back-end commands may be heard only by someone who says for which product.
      if (wstrEvent === "KLSRV_EV_PROD_BACKEND_CMD") {
        for (const name of ["CMD_PROD_NAME", "CMD_PROD_VERSION"]) {
          if (typeof pFilter[name] !== "string" || pFilter[name] === "")
            throw badArgument(`pFilter.${name}`, "must not be empty for this event");
        }
      }
      const id = session.subscriptions.subscribe(wstrEvent, pFilter, now);
      return { PxgRetVal: id, nPeriod: session.subscriptions.period() };
    },
  }),
  "ConEvents.UnSubscribe": method({
    right: "read",
    args: { nSubsId: "int" },
    handle: ({ session }, { nSubsId }) => {
      session.subscriptions.unsubscribe(nSubsId);
      return VOID;
    },
  }),
  "ConEvents.Retrieve": method({
    right: "read",
    args: {},
    handle: ({ session, now }) => {
      const { events, more } = session.subscriptions.retrieve(now);
      return { PxgRetVal: more, pEvents: events.map(params), nPeriod: session.subscriptions.period() };
    },
  }),
  "ConEvents.IsServiceConsoleAvailable": method({
    right: "read",
    args: { wstrProdName: "string", wstrProdVersion: "string" },
    handle: ({ world }, { wstrProdName }) => ({
      PxgRetVal: world.knobs.serviceConsole === "up" && (wstrProdName === "" || wstrProdName === "KES"),
    }),
  }),
  "ConEvents.IsAnyServiceConsoleAvailable": method({
    right: "read",
    args: {},
    handle: ({ world }) => ({ PxgRetVal: world.knobs.serviceConsole === "up" }),
  }),
};
