import type { SortOrder } from "../http/arguments.ts";
import { KscError, notFound } from "../model/errors.ts";
import { knownState } from "../model/execution.ts";
import { compileFilter } from "../model/filter/evaluate.ts";
import type { HostFile } from "../model/host.ts";
import type { HostRun } from "../model/tasks.ts";
import type { KscParams } from "../model/values.ts";
import { datetime, long, params } from "../model/values.ts";
import { rememberResult, startAction } from "./async-action.ts";
import type { Call, MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";
import { project, sortRecords } from "./records.ts";
import { hostOf, visibleHosts } from "./scope.ts";
import { STATE_CODES } from "./task-records.ts";

const RESET = {
  wstrViewName: "string",
  wstrFilter: "string?",
  vecFieldsToReturn: "strings",
  vecFieldsToOrder: "orders?",
  pParams: "params?",
  lifetimeSec: "int",
} as const;

interface Reset {
  readonly wstrViewName: string;
  readonly wstrFilter: string;
  readonly vecFieldsToReturn: readonly string[];
  readonly vecFieldsToOrder: readonly SortOrder[];
  readonly pParams: KscParams;
  readonly lifetimeSec: number;
}

/** Views by name: the tasks of a host, the users, and the devices' network lists. */
const VIEWS: Readonly<Record<string, (call: Call, pParams: KscParams) => KscParams[]>> = {
  HostTasksSrvView: (call, pParams) => [...hostOf(call, hostIdIn(call, pParams)).runs.values()].map(hostTaskRow),
  GlobalUsersListSrvViewName: (call) =>
    call.entry.accounts
      .all()
      .map((account) => ({ ul_llTrusteeId: long(account.trusteeId), ul_wstrDisplayName: account.name })),
  Quarantine: (call) => listRows(call, "Quarantine"),
  Backup: (call) => listRows(call, "Backup"),
  TIF: (call) => listRows(call, "TIF"),
};

export const srvViewMethods: MethodTable = {
  "SrvView.ResetIterator": method({
    right: "read",
    args: RESET,
    handle: (call, args) => ({ wstrIteratorId: reset(call, args) }),
  }),
  "SrvView.GetRecordCount": method({
    right: "read",
    args: { wstrIteratorId: "string" },
    handle: ({ session, now }, { wstrIteratorId }) => ({
      PxgRetVal: session.results.get(wstrIteratorId, "view", now).items.length,
    }),
  }),
  "SrvView.GetRecordRange": method({
    right: "read",
    args: { wstrIteratorId: "string", nStart: "int", nEnd: "int" },
    handle: ({ session, now }, { wstrIteratorId, nStart, nEnd }) => {
      const set = session.results.get(wstrIteratorId, "view", now);
      // nEnd is inclusive.
      return {
        pRecords: {
          KLCSP_ITERATOR_ARRAY: set.items.slice(Math.max(0, nStart), nEnd + 1).map((item) => params(set.project(item))),
        },
      };
    },
  }),
  "SrvView.ReleaseIterator": method({
    right: "read",
    args: { wstrIteratorId: "string" },
    handle: ({ session, now }, { wstrIteratorId }) => {
      session.results.release(wstrIteratorId, "view", now);
      return VOID;
    },
  }),
  "SrvView.ResetIteratorAsync": method({
    right: "read",
    args: RESET,
    handle: (call, args) => {
      const iteratorId = reset(call, args);
      const requestId = startAction(call);
      rememberResult(call, requestId, iteratorId);
      return { PxgRetVal: requestId, wstrRequestId: requestId };
    },
  }),
  "SrvView.ResetIteratorAsyncGetData": method({
    right: "read",
    args: { wstrRequestId: "string" },
    handle: ({ session }, { wstrRequestId }) => {
      const iteratorId = session.pendingResults.get(wstrRequestId);
      if (iteratorId === undefined) throw notFound("Request", wstrRequestId);
      if (session.actions.has(wstrRequestId))
        throw new KscError("unavailable", "The view has not been reported finished yet", { subcode: 1 });
      session.pendingResults.delete(wstrRequestId);
      return { PxgRetVal: iteratorId, wstrIteratorId: iteratorId };
    },
  }),
  "SrvView.ResetIteratorAsyncCancel": method({
    right: "read",
    args: { wstrRequestId: "string" },
    handle: ({ session }, { wstrRequestId }) => {
      if (!session.pendingResults.delete(wstrRequestId)) throw notFound("Request", wstrRequestId);
      if (session.actions.has(wstrRequestId)) session.actions.cancel(wstrRequestId);
      return VOID;
    },
  }),
};

function reset(call: Call, args: Reset): string {
  const view = VIEWS[args.wstrViewName];
  if (view === undefined) throw notFound("View", args.wstrViewName);
  const filter = compileFilter(args.wstrFilter);
  const read = (row: KscParams, name: string): KscParams[string] | undefined => row[name];
  const rows = view(call, args.pParams).filter((row) => filter.matches((name) => row[name], call.now));
  return call.session.results.add(
    {
      kind: "view",
      items: sortRecords(rows, args.vecFieldsToOrder, read),
      project: (row: KscParams) => project(row, args.vecFieldsToReturn, Object.keys(row), read),
      lifetimeSeconds: args.lifetimeSec,
    },
    call.now,
  );
}

/** The name of the parameter that carries the host is not documented: whichever names a host of this server counts. */
function hostIdIn(call: Call, pParams: KscParams): string {
  for (const value of Object.values(pParams))
    if (typeof value === "string" && call.world.hosts.has(value)) return value;
  throw notFound("Host", String(Object.values(pParams)[0] ?? ""));
}

function hostTaskRow(run: HostRun): KscParams {
  const { task } = run;
  const row: KscParams = {
    nState: STATE_CODES[knownState(run)],
    strTask: task.local ? task.guid : task.id,
    TASK_NAME: task.settings.TASK_NAME ?? task.kind,
    txtDisplayName: task.name,
    TASKID_PRODUCT_NAME: task.settings.TASKID_PRODUCT_NAME ?? "",
    TASKID_PRODUCT_VERSION: task.settings.TASKID_VERSION ?? "",
    bCannotBeDeleted: false,
    bSystem: false,
    taskStateDescr: run.description,
  };
  if (run.finishedMs !== undefined) row.taskCompletionTime = datetime(run.finishedMs);
  return row;
}

/** The server keeps the list only; the files stay on the devices. A row per object, over all devices that the session sees. */
function listRows(call: Call, list: HostFile["list"]): KscParams[] {
  const rows: KscParams[] = [];
  for (const host of visibleHosts(call)) {
    for (const [itemId, file] of host.files) {
      if (file.list !== list) continue;
      const row: KscParams = {
        nId: file.listId,
        strId: itemId,
        strHostName: host.id,
        strHostDisplayName: host.name,
        nGroup: host.groupId,
        strListProductName: "KES",
        strListProductVersion: "12.0.0.0",
        ObjName: file.name,
        szFileTitle: file.name,
        iObjStatus: PUT_BY_USER,
        szUser: "SYSTEM",
      };
      if (file.path !== "") row.szRestorePath = file.path;
      rows.push(row);
    }
  }
  return rows.sort((a, b) => Number(a.nId) - Number(b.nId));
}

const PUT_BY_USER = 4;
