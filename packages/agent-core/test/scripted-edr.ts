import type { ActionKind } from "@cordon/core/action";
import type { Endpoint, EvidenceItem } from "@cordon/core/endpoint";
import { AppError, type Clock, type EndpointId, type EpochMs, type ErrorCode } from "@cordon/core/kernel";
import type {
  Edr,
  EdrCapabilities,
  EdrEvent,
  EdrServerInfo,
  EdrTask,
  FoundIncident,
  HostState,
  InventorySearch,
  PreventionPolicy,
  QuarantineFile,
  SentOrder,
  Signals,
  SubmitOutcome,
  TaskRef,
  TaskState,
} from "../src/index.ts";

export type SubmitScript =
  | "store"
  /** Stored, and the answer is lost. */
  | "store_lose"
  /** Not stored, and the answer is lost all the same. */
  | "lose"
  | { readonly reject: ErrorCode }
  | { readonly throws: ErrorCode };

/** Whether what was sent is this action's effect, alone or with others. */
export function serves(sent: SentOrder, actionId: string): boolean {
  return sent.actionId === actionId || (sent.serves as readonly string[] | undefined)?.includes(actionId) === true;
}

/** An EDR that does what a test says, and remembers what really happened. */
export class ScriptedEdr implements Edr {
  /** One per submit; when it is used up, `store`. */
  readonly submits: SubmitScript[] = [];
  readonly stored: { readonly order: SentOrder; readonly incidentId: number; readonly at: EpochMs }[] = [];
  readonly calls: string[] = [];
  readonly tasks = new Map<string, EdrTask[]>();
  readonly states = new Map<string, TaskState>();
  /** Hosts that KSC sees otherwise than online; `undefined`: it does not know them. */
  readonly hosts = new Map<string, HostState | undefined>();
  /** What the next calls hear; when it is used up, nothing. `absent`: this server offers none. */
  signalled: Signals[] | "absent" = "absent";
  prevention: PreventionPolicy = { kind: "declared" };
  readonly synced: EndpointId[] = [];
  events: EdrEvent[] = [];
  /** What a full pass over the inventory finds, two to a page, and what one over the hosts seen lately does. */
  readonly inventoryHosts = new Map<string, Endpoint>();
  inventoryRecent: (seenWithinMs: number) => readonly Endpoint[] = () => [...this.inventoryHosts.values()];
  /** Called after each page. */
  inventoryGate: ((at: number) => Promise<void> | void) | undefined;
  capable: EdrCapabilities = {
    kscVersion: "15.2.0.100",
    consoleAvailable: true,
    missingRights: [],
    missingMethods: [],
  };
  /** By endpoint; `bytes` when the endpoint tells another size than it sends. */
  readonly quarantine = new Map<
    string,
    { readonly item: EvidenceItem; readonly chunks: readonly Uint8Array[]; readonly bytes?: number }[]
  >();
  console = true;
  /** What the server says of itself beside its name. */
  info: () => Partial<EdrServerInfo> = () => ({});
  /** Every call throws this while it is set. */
  trouble: ErrorCode | undefined;
  /** Calls of these names throw. */
  readonly refused = new Map<string, ErrorCode>();
  /** Submits that are held until the test lets them go. */
  gate: Promise<void> | undefined;
  /** Submits that wait for a session, and are then asked whether they may still go. */
  sessionGate: Promise<void> | undefined;
  /** Looks that are held. */
  lookGate: Promise<void> | undefined;
  underWay = 0;
  underWayMax = 0;
  readonly #clock: Clock;
  #serial = 100;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  #enter(name: string): void {
    this.calls.push(name);
    const code = this.trouble ?? this.refused.get(name);
    if (code !== undefined) throw new AppError(code, `scripted trouble in ${name}`);
  }

  async submit(order: SentOrder, _signal?: AbortSignal, mayGo = () => true): Promise<SubmitOutcome> {
    if (this.sessionGate !== undefined) await this.sessionGate;
    if (!mayGo()) return { kind: "rejected", code: "agent.not_acting", message: "scripted" };
    this.#enter(`submit ${order.actionId}`);
    this.underWay++;
    this.underWayMax = Math.max(this.underWayMax, this.underWay);
    try {
      await this.gate;
      const script = this.submits.shift() ?? "store";
      if (typeof script === "object" && "throws" in script) throw new AppError(script.throws, "scripted");
      if (typeof script === "object") return { kind: "rejected", code: script.reject, message: "scripted" };
      if (script !== "lose") {
        this.stored.push({ order, incidentId: ++this.#serial, at: this.#clock.now() });
      }
      if (script !== "store") return { kind: "answer_lost", message: "scripted" };
      return { kind: "stored", incidentId: this.#serial };
    } finally {
      this.underWay--;
    }
  }

  async findIncident(order: SentOrder, notBefore: EpochMs): Promise<FoundIncident | undefined> {
    this.#enter(`find ${order.actionId}`);
    const found = this.stored.find((one) => serves(one.order, order.actionId) && one.at >= notBefore);
    return found && { incidentId: found.incidentId, addedAt: found.at, serves: found.order.serves ?? [] };
  }

  async consoleAvailable(): Promise<boolean> {
    this.#enter("console");
    return this.console;
  }

  async tasksOf(endpointId: string): Promise<readonly EdrTask[]> {
    this.#enter(`tasks ${endpointId}`);
    await this.lookGate;
    return [...(this.tasks.get(endpointId) ?? [])];
  }

  async taskStates(refs: readonly { readonly taskId: string }[]): Promise<ReadonlyMap<string, TaskState>> {
    this.#enter("states");
    return new Map(refs.map(({ taskId }) => [taskId, this.states.get(taskId) ?? { kind: "gone" }]));
  }

  async deleteTask(ref: TaskRef): Promise<"deleted" | "gone"> {
    this.#enter(`delete ${ref.taskId}`);
    if (!(this.tasks.get(ref.endpointId) ?? []).some(({ taskId }) => taskId === ref.taskId)) return "gone";
    this.removeTask(ref.endpointId, ref.taskId);
    return "deleted";
  }

  async hostStates(ids: readonly EndpointId[]): Promise<ReadonlyMap<EndpointId, HostState>> {
    this.#enter("hosts");
    const online: HostState = { statusMask: 29, lastSeenAt: this.#clock.now(), agentRunning: true };
    return new Map(
      ids.flatMap((id): [EndpointId, HostState][] => {
        const state = this.hosts.has(id) ? this.hosts.get(id) : online;
        return state === undefined ? [] : [[id, state]];
      }),
    );
  }

  async signals(): Promise<Signals> {
    this.#enter("signals");
    if (this.signalled === "absent") return { kind: "absent" };
    return this.signalled.shift() ?? { kind: "heard", tasks: false, notBeforeMs: 5_000 };
  }

  async syncHosts(ids: readonly EndpointId[]): Promise<void> {
    this.#enter("sync");
    this.synced.push(...ids);
  }

  async preventionPolicy(): Promise<PreventionPolicy> {
    this.#enter("prevention");
    return this.prevention;
  }

  async eventsAfter(cursor: number, limit: number): Promise<readonly EdrEvent[]> {
    this.#enter("events");
    return this.events.filter(({ eventDbId }) => eventDbId > cursor).slice(0, limit);
  }

  async *inventory(_signal: AbortSignal, search?: InventorySearch): AsyncGenerator<readonly Endpoint[]> {
    this.#enter(search === undefined ? "inventory" : `inventory ${search.seenWithinMs}`);
    const found = search === undefined ? [...this.inventoryHosts.values()] : this.inventoryRecent(search.seenWithinMs);
    for (let at = 0; at === 0 || at < found.length; at += 2) {
      yield found.slice(at, at + 2);
      await this.inventoryGate?.(at);
    }
  }

  async capabilities(): Promise<EdrCapabilities> {
    this.#enter("capabilities");
    return this.capable;
  }

  async quarantineItems(endpointId: EndpointId): Promise<readonly EvidenceItem[]> {
    this.#enter(`quarantine ${endpointId}`);
    return this.quarantine.get(endpointId)?.map(({ item }) => item) ?? [];
  }

  async quarantineFile<T>(
    endpointId: EndpointId,
    itemId: string,
    take: (file: QuarantineFile) => Promise<T>,
  ): Promise<T> {
    this.#enter(`fetch ${endpointId} ${itemId}`);
    const found = this.quarantine.get(endpointId)?.find(({ item }) => item.itemId === itemId);
    if (found === undefined) throw new AppError("ksc.not_found", `scripted: no ${itemId}`);
    const chunks = (async function* () {
      yield* found.chunks;
    })();
    const bytes = found.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    return take({ name: found.item.objectName, bytes: found.bytes ?? bytes, chunks });
  }

  async findEndpoints(by: "hostId" | "fqdn" | "name" | "address", value: string): Promise<readonly Endpoint[]> {
    this.#enter("resolve");
    const fits = ({ endpointId, fqdn, hostName = "", addresses }: Endpoint) =>
      ({
        hostId: endpointId === value,
        fqdn: fqdn === value,
        name: hostName.toLowerCase() === value.toLowerCase(),
        address: addresses.includes(value),
      })[by];
    return [...this.inventoryHosts.values()].filter(fits);
  }

  async serverInfo(): Promise<EdrServerInfo> {
    this.#enter("server");
    return { name: "scripted", version: "15.2", virtualServer: undefined, ...this.info() };
  }

  async close() {}

  /** KSC makes the task of what it stored for this order. */
  makeTask(actionId: string, hostState = 1): EdrTask {
    const found = this.stored.find(({ order }) => serves(order, actionId));
    if (found === undefined) throw new Error(`nothing was stored for ${actionId}`);
    const { kind } = found.order.spec;
    const task: EdrTask = {
      taskId: `t${found.incidentId}`,
      endpointId: found.order.endpointId,
      scope: "global",
      displayName: `[Response][KUMA] ${kind} - 01.01.2026 00:00:00 - ${found.incidentId}`,
      createdAt: this.#clock.now(),
      response: { area: "KUMA", kind, incidentId: found.incidentId },
    };
    this.tasks.set(task.endpointId, [...(this.tasks.get(task.endpointId) ?? []), task]);
    this.states.set(task.taskId, { kind: "present", hostState, description: "" });
    return task;
  }

  addForeign(endpointId: string, count: number, kind: ActionKind): void {
    const made = Array.from({ length: count }, (): EdrTask => {
      const taskId = `f${++this.#serial}`;
      this.states.set(taskId, { kind: "present", hostState: 1, description: "" });
      return {
        taskId,
        endpointId: endpointId as EdrTask["endpointId"],
        scope: "global",
        displayName: `[Response][KUMA] ${kind} - 01.01.2026 00:00:00 - 7`,
        createdAt: this.#clock.now(),
        response: { area: "KUMA", kind, incidentId: 7 },
      };
    });
    this.tasks.set(endpointId, [...(this.tasks.get(endpointId) ?? []), ...made]);
  }

  removeTask(endpointId: string, taskId: string): void {
    this.tasks.set(
      endpointId,
      (this.tasks.get(endpointId) ?? []).filter((task) => task.taskId !== taskId),
    );
    this.states.delete(taskId);
  }
}
