import type { SortOrder } from "../http/arguments.ts";
import { badArgument } from "../model/errors.ts";
import { knownState } from "../model/execution.ts";
import type { HostRun } from "../model/tasks.ts";
import { params } from "../model/values.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { project, sortRecords } from "./records.ts";
import { taskOf, visibleRuns } from "./scope.ts";
import { HOST_STATUS_ATTRIBUTES, readHostStatus, STATE_CODES } from "./task-records.ts";

/** Iterators over the devices of one task and their states. */
export const taskHostStatusMethods: MethodTable = {
  "Tasks.ResetHostIteratorForTaskStatus": method({
    right: "read",
    args: { strTask: "string", pFields2Return: "strings", nHostStateMask: "int", nLifetime: "int" },
    handle: (call, args) => ({ strHostIteratorId: addStatusSet(call, { ...args, orders: [] }) }),
  }),
  "Tasks.ResetHostIteratorForTaskStatusEx": method({
    right: "read",
    args: {
      strTask: "string",
      pFields2Return: "strings",
      pFields2Order: "orders?",
      nHostStateMask: "int",
      nLifetime: "int",
    },
    handle: (call, args) => ({ strHostIteratorId: addStatusSet(call, { ...args, orders: args.pFields2Order }) }),
  }),
  "Tasks.GetNextHostStatus": method({
    right: "read",
    args: { strHostIteratorId: "string", nCount: "int" },
    handle: ({ session, now }, { strHostIteratorId, nCount }) => {
      if (nCount < 0) throw badArgument("nCount", "must not be negative");
      const set = session.results.get(strHostIteratorId, "host_status", now);
      const items = set.items.slice(set.cursor, set.cursor + nCount);
      set.cursor += items.length;
      return {
        nActual: items.length,
        pHostStatus: { statuses: items.map((item) => params(set.project(item))) },
        PxgRetVal: items.length,
      };
    },
  }),
  "Tasks.GetHostStatusRecordsCount": method({
    right: "read",
    args: { strHostIteratorId: "string" },
    handle: ({ session, now }, { strHostIteratorId }) => ({
      PxgRetVal: session.results.get(strHostIteratorId, "host_status", now).items.length,
    }),
  }),
  "Tasks.GetHostStatusRecordRange": method({
    right: "read",
    args: { strHostIteratorId: "string", nStart: "int", nEnd: "int" },
    handle: ({ session, now }, { strHostIteratorId, nStart, nEnd }) => {
      if (nStart < 0) throw badArgument("nStart", "must not be negative");
      const set = session.results.get(strHostIteratorId, "host_status", now);
      const items = set.items.slice(nStart, nEnd + 1);
      return { pParHostStatus: { statuses: items.map((item) => params(set.project(item))) }, PxgRetVal: items.length };
    },
  }),
  "Tasks.ReleaseHostStatusIterator": method({
    right: "read",
    args: { strHostIteratorId: "string" },
    handle: ({ session, now }, { strHostIteratorId }) => {
      session.results.release(strHostIteratorId, "host_status", now);
      return VOID;
    },
  }),
};

interface StatusQuery {
  readonly strTask: string;
  readonly pFields2Return: readonly string[];
  readonly orders: readonly SortOrder[];
  readonly nHostStateMask: number;
  readonly nLifetime: number;
}

function addStatusSet(call: Call, query: StatusQuery): string {
  const runs = visibleRuns(call, taskOf(call, query.strTask)).filter(
    (run) => (STATE_CODES[knownState(run)] & query.nHostStateMask) !== 0,
  );
  return call.session.results.add(
    {
      kind: "host_status",
      items: sortRecords(runs, query.orders, readHostStatus),
      project: (run: HostRun) => project(run, query.pFields2Return, HOST_STATUS_ATTRIBUTES, readHostStatus),
      lifetimeSeconds: query.nLifetime,
    },
    call.now,
  );
}
