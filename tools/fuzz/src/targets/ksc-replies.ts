import { ERROR_CODES, type ErrorCode } from "@cordon/core/kernel";
import {
  createAsyncActions,
  createChunkAccessor,
  createConsoleEvents,
  createHostGroup,
  createIncidents,
  createPolicy,
  createRequestRegistry,
  createTasks,
  decodeLogin,
  decodeReply,
  type KscParams,
  type KscSessionCaller,
  parseEdrSettings,
  parseResponseName,
  unwrap,
} from "@cordon/ksc";
import { declaring, declaringAsync, type FuzzTarget, utf8 } from "../target.ts";

/** Whatever KSC answers becomes one of these; none of them ends the agent. */
const KSC_CODES = Object.keys(ERROR_CODES).filter((code) => code.startsWith("ksc.")) as ErrorCode[];
const REGISTRY = createRequestRegistry(parseEdrSettings({}));

/** Every call is answered with the same bytes. */
function answering(body: Uint8Array): KscSessionCaller {
  const reply = { status: 200, headers: {}, body: Buffer.from(body) };
  return {
    call: async (method, _args, _nature, read) => read(decodeReply(method, reply), method),
    download: async () => reply.body,
  };
}

/** One call for each kind of answer. */
const CALLS: readonly ((caller: KscSessionCaller) => Promise<unknown>)[] = [
  (caller) => createTasks(caller).getTask("1"),
  (caller) => createTasks(caller).getTaskStatistics("1"),
  (caller) => createTasks(caller).getNextTask("1"),
  (caller) => createHostGroup(caller).findHosts({ filter: "" as never, fields: [], lifetimeSeconds: 60 }),
  (caller) => createHostGroup(caller).getHostInfo("1", []),
  (caller) => createHostGroup(caller).getHostTasks("1"),
  (caller) => createIncidents(caller).addIncident({ hostId: "1", severity: 1, addedAt: 0 as never, body: "" }),
  (caller) => createIncidents(caller).findIncidents({ filter: "" as never, fields: [], lifetimeSeconds: 60 }),
  (caller) => createChunkAccessor(caller).getItemsChunk("1", { start: 0, count: 1 }),
  (caller) => createConsoleEvents(caller).retrieve(),
  (caller) => createAsyncActions(caller).checkActionState("1"),
  (caller) => createPolicy(caller).getPolicyData(1),
];

const ANSWERS = [
  { PxgRetVal: 1, strAccessor: "a" },
  { PxgError: { code: 1186, file: "f", line: 1, message: "no", module: "KLSTD", subcode: 0 } },
  { PxgRetVal: { state: 1, percent: 5, type: "params", value: { KLHST_WKS_DN: "WS-1" } } },
  {
    pTaskData: {
      type: "params",
      value: { DisplayName: "[Response][Kuma] $isolateHost.py - $12", TASK_UNIQUE_ID: "12" },
    },
  },
  {
    pChunk: {
      KLCSP_ITERATOR_ARRAY: [
        { type: "params", value: { KLHST_WKS_HOSTNAME: "7b", n: { type: "long", value: "9007199254740993" } } },
      ],
    },
  },
  { PxgRetVal: true, nPollPeriod: 1, pEvents: { KLEVP_EVENT_RANGE_ARRAY: [{ type: "params", value: {} }] } },
  {
    bFinalized: true,
    bSuccededFinalized: false,
    lStateCode: 5,
    pStateData: { type: "params", value: {} },
    lNextCheckDelay: 100,
  },
];

export const kscReplies: FuzzTarget = {
  name: "ksc-replies",
  summary: "answers of Kaspersky Security Center, at the agent",
  shape: "json",
  seeds: [...ANSWERS.map((answer) => utf8(JSON.stringify(answer))), utf8("[Response][Kuma] $isolateHost.py - $12")],
  words: [
    "PxgRetVal",
    "PxgError",
    "type",
    "params",
    "long",
    "datetime",
    "binary",
    "value",
    "strAccessor",
    "pTaskData",
    "9007199254740993",
    "2026-01-02T03:04:05Z",
    "code",
    "nActual",
    "pHostStatus",
  ],
  bytesMax: 8_192,
  async run(input) {
    const caller = answering(input);
    for (const call of CALLS) await declaringAsync(KSC_CODES, () => call(caller));
    const reply = { status: 200, headers: {}, body: Buffer.from(input) };
    declaring(KSC_CODES, () => {
      decodeLogin("login", reply, "token");
    });
    parseResponseName(reply.body.toString("utf8"), REGISTRY);
    declaring(KSC_CODES, () => {
      const { PxgRetVal } = decodeReply("any", reply);
      if (typeof PxgRetVal === "object" && PxgRetVal !== null) unwrap(PxgRetVal as KscParams);
    });
  },
};
