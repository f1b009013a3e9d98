import type { ActionOrder } from "@cordon/core/action";
import { type ActionId, type EndpointId, epochMs } from "@cordon/core/kernel";
import { createRequestRegistry, parseEdrSettings, type RequestRegistry } from "@cordon/ksc";
import {
  addIncident,
  createTask,
  createWorld,
  endIsolation,
  findEdrTask,
  hostBehaviourChanged,
  removeTask,
  responseTaskName,
  setServiceConsole,
  tick,
  type World,
} from "@cordon/ksc-sim/model";
import type { Happening, StormPlan } from "./storm-plan.ts";
import { createKscClock, type VirtualTime } from "./virtual-time.ts";

/** All clocks of a storm start here, each with its skew. */
export const STORM_STARTS_AT = Date.UTC(2026, 2, 2, 9, 0, 0);

export const registry: RequestRegistry = createRequestRegistry(parseEdrSettings(undefined));

/** The simulator's own world on the storm's time: KSC, its console and the devices, and what people do to them. */
export interface Estate {
  readonly world: World;
  readonly kscIsUp: boolean;
  /** KSC's clock at the storm's start. */
  readonly kscStartsAt: number;
  /** Lets happen what is due, so that `world` may be read. */
  now(): World;
  /** AddIncident; the id. */
  store(host: string, body: string, addedMs: number, caller: string): number;
  /** What happens to the estate; other happenings are none of its business. */
  happen(happening: Happening): void;
}

export function createEstate(plan: StormPlan, time: VirtualTime): Estate {
  const kscStartsAt = STORM_STARTS_AT + plan.clocks.kscSkewMs;
  const world = createWorld({
    server: { name: "storm", hostList: plan.hosts },
    seed: plan.seed,
    timeScale: 1,
    clock: createKscClock(time, kscStartsAt),
    knobs: plan.knobs,
  });
  let kscIsUp = true;

  function now(): World {
    tick(world);
    return world;
  }

  function store(hostId: string, body: string, addedMs: number, caller: string): number {
    const given = { hostId, body, addedMs, caller, severity: 2, handled: false, type: "", userId: undefined };
    return addIncident(now(), { ...given, extra: undefined }).id;
  }

  function foreign(happening: Extract<Happening, { kind: "foreign" }>): void {
    const order: ActionOrder = {
      actionId: "foreign" as ActionId,
      endpointId: happening.host as EndpointId,
      spec: happening.spec,
      deadline: epochMs(world.clock.now()),
    };
    const { body } = registry.render(order);
    if (happening.by === "script") {
      if (kscIsUp) store(happening.host, body, world.clock.now(), "script");
      return;
    }
    const { task: kind, params } = JSON.parse(body) as { task: string; params: Record<string, unknown> };
    const spec = findEdrTask(kind);
    const host = world.hosts.get(happening.host);
    if (spec === undefined || host === undefined) return;
    const id = String(world.random.below(1_000_000));
    const named = { area: "KUMA", kind: spec.kind, atMs: world.clock.now(), id };
    createTask(world, {
      name: responseTaskName({ ...named, utcOffsetMinutes: world.knobs.consoleUtcOffsetMinutes }),
      kind: spec.kind,
      spec,
      area: "KUMA",
      params,
      origin: "operator",
      hosts: [host],
      local: world.knobs.taskPlacement === "local",
      state: happening.state,
    });
  }

  function happen(happening: Happening): void {
    now();
    switch (happening.kind) {
      case "foreign":
        foreign(happening);
        return;
      case "console":
        setServiceConsole(world, happening.state);
        return;
      case "ksc":
        kscIsUp = happening.state === "up";
        return;
      case "pace":
        world.knobs = { ...world.knobs, taskCreateDelay: happening.taskCreateDelay };
        return;
      case "host": {
        const host = world.hosts.get(happening.host);
        if (host !== undefined) hostBehaviourChanged(world, host, happening.behaviour);
        return;
      }
      case "operatorDelete": {
        const tasks = [...world.responseTasks.values()];
        const task = tasks[Math.floor(happening.pick * tasks.length)];
        if (task !== undefined) removeTask(world, task, "operator");
        return;
      }
      case "operatorUnblock":
        endIsolation(world, happening.host, "operator");
        return;
      default:
        return;
    }
  }

  return {
    world,
    kscStartsAt,
    get kscIsUp() {
      return kscIsUp;
    },
    now,
    store,
    happen,
  };
}
