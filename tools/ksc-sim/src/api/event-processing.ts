import { badArgument } from "../model/errors.ts";
import { params } from "../model/values.ts";
import { addEventSet } from "./event-sets.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { hostOf } from "./scope.ts";

const FIELDS = { vecFieldsToReturn: "strings", vecFieldsToOrder: "orders?", lifetimeSec: "int" } as const;
const OF_HOST = { strHostName: "string", strProduct: "string?", strVersion: "string?", ...FIELDS } as const;

export const eventMethods: MethodTable = {
  "EventProcessingFactory.CreateEventProcessing": method({
    right: "read",
    args: FIELDS,
    handle: (call, args) => ({
      strIteratorId: addEventSet(call, {
        events: call.world.events.all(),
        filter: undefined,
        fields: args.vecFieldsToReturn,
        orders: args.vecFieldsToOrder,
        lifetimeSeconds: args.lifetimeSec,
      }),
    }),
  }),
  "EventProcessingFactory.CreateEventProcessing2": method({
    right: "read",
    args: { pFilter: "params?", ...FIELDS },
    handle: (call, args) => {
      const hostId = args.pFilter.KLEVP_EVENT_HOST;
      return {
        strIteratorId: addEventSet(call, {
          events: typeof hostId === "string" ? call.world.events.ofHost(hostId) : call.world.events.all(),
          filter: args.pFilter,
          fields: args.vecFieldsToReturn,
          orders: args.vecFieldsToOrder,
          lifetimeSeconds: args.lifetimeSec,
        }),
      };
    },
  }),
  "EventProcessingFactory.CreateEventProcessingForHost": method({
    right: "read",
    args: OF_HOST,
    handle: (call, args) => ({
      strIteratorId: addEventSet(call, {
        events: call.world.events.ofHost(hostOf(call, args.strHostName).id).filter((event) => ofProduct(event, args)),
        filter: undefined,
        fields: args.vecFieldsToReturn,
        orders: args.vecFieldsToOrder,
        lifetimeSeconds: args.lifetimeSec,
      }),
    }),
  }),
  "EventProcessingFactory.CreateEventProcessingForHost2": method({
    right: "read",
    args: { pFilter: "params?", ...OF_HOST },
    handle: (call, args) => ({
      strIteratorId: addEventSet(call, {
        events: call.world.events.ofHost(hostOf(call, args.strHostName).id).filter((event) => ofProduct(event, args)),
        filter: args.pFilter,
        fields: args.vecFieldsToReturn,
        orders: args.vecFieldsToOrder,
        lifetimeSeconds: args.lifetimeSec,
      }),
    }),
  }),
  "EventProcessing.GetRecordCount": method({
    right: "read",
    args: { strIteratorId: "string" },
    handle: ({ session, now }, { strIteratorId }) => ({
      PxgRetVal: session.results.get(strIteratorId, "events", now).items.length,
    }),
  }),
  "EventProcessing.GetRecordRange": method({
    right: "read",
    args: { strIteratorId: "string", nStart: "int", nEnd: "int" },
    handle: ({ session, now }, { strIteratorId, nStart, nEnd }) => {
      if (nStart < 0) throw badArgument("nStart", "must not be negative");
      const set = session.results.get(strIteratorId, "events", now);
      // nEnd is inclusive.
      const items = set.items.slice(nStart, nEnd + 1).map((item) => params(set.project(item)));
      return { pParamsEvents: { KLEVP_EVENT_RANGE_ARRAY: items } };
    },
  }),
  "EventProcessing.ReleaseIterator": method({
    right: "read",
    args: { strIteratorId: "string" },
    handle: ({ session, now }, { strIteratorId }) => {
      session.results.release(strIteratorId, "events", now);
      return VOID;
    },
  }),
};

function ofProduct(
  event: { product: string; productVersion: string },
  args: { strProduct: string; strVersion: string },
): boolean {
  return (
    (args.strProduct === "" || event.product === args.strProduct) &&
    (args.strVersion === "" || event.productVersion === args.strVersion)
  );
}
