import type { ActionKind, ActionOrder } from "@cordon/core/action";
import { AppError, type Clock, type EndpointId, type EpochMs, type ErrorCode } from "@cordon/core/kernel";
import type {
  Edr,
  EdrEvent,
  EdrTask,
  FoundIncident,
  HostState,
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

/** An EDR that does what a test says, and remembers what really happened. */
export class ScriptedEdr implements Edr {
  /** One per submit; when it is used up, `store`. */
  readonly submits: SubmitScript[] = [];
  readonly stored: { readonly order: ActionOrder; readonly incidentId: number; readonly at: EpochMs }[] = [];
  readonly calls: string[] = [];
  readonly tasks = new Map<string, EdrTask[]>();
  readonly states = new Map<string, TaskState>();
  /** Hosts that KSC sees otherwise than online; `undefined`: it does not know them. */
  readonly hosts = new Map<string, HostState | undefined>();
  events: EdrEvent[] = [];
  console = true;
  /** Every call throws this while it is set. */
  trouble: ErrorCode | undefined;
  /** Calls of these names throw. */
  readonly refused = new Map<string, ErrorCode>();
  /** Submits that are held until the test lets them go. */
  gate: Promise<void> | undefined;
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

  async submit(order: ActionOrder): Promise<SubmitOutcome> {
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

  async findIncident(order: ActionOrder, notBefore: EpochMs): Promise<FoundIncident | undefined> {
    this.#enter(`find ${order.actionId}`);
    const found = this.stored.find((one) => one.order.actionId === order.actionId && one.at >= notBefore);
    return found === undefined ? undefined : { incidentId: found.incidentId, addedAt: found.at };
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

  async eventsAfter(cursor: number, limit: number): Promise<readonly EdrEvent[]> {
    this.#enter("events");
    return this.events.filter(({ eventDbId }) => eventDbId > cursor).slice(0, limit);
  }

  async *inventory(): AsyncGenerator<never[]> {
    this.#enter("inventory");
    yield [];
  }

  async findEndpoints(): Promise<readonly never[]> {
    this.#enter("resolve");
    return [];
  }

  async serverInfo() {
    return { name: "scripted", version: "15.2", virtualServer: undefined };
  }

  async close() {}

  /** KSC makes the task of what it stored for this order. */
  makeTask(actionId: string, hostState = 1): EdrTask {
    const found = this.stored.find(({ order }) => order.actionId === actionId);
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
