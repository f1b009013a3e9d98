import type { Host } from "./host.ts";
import { endIsolation, isolate } from "./isolation.ts";
import { preventionTakesEffect } from "./policies.ts";
import type { HostRun } from "./tasks.ts";
import type { World } from "./world.ts";

export type EffectResult = { readonly kind: "done" | "no_effect" } | { readonly kind: "failed"; readonly why: string };

const FILE_BYTES = 150_000;

/** Does on the device what a finished response task does, and writes it into the truth. */
export function applyEffect(world: World, run: HostRun): EffectResult {
  const { task, host } = run;
  const { params } = task;
  switch (task.kind) {
    case "isolateHost": {
      const timeout = params.isolationTimeout;
      isolate(world, host, task.id, typeof timeout === "number" ? timeout : undefined);
      break;
    }
    case "preventExecution": {
      if (!preventionTakesEffect(world)) {
        if (world.knobs.preventionWhenOff === "fail")
          return { kind: "failed", why: "Execution Prevention settings are defined by the policy" };
        return { kind: "no_effect" };
      }
      addPreventionRule(world, host, task.id, params);
      break;
    }
    case "getFile":
    case "quarantineFile":
      host.files.set(task.local ? task.guid : task.id, {
        list: "Quarantine",
        listId: world.nextListItemId++,
        path: text(params.path),
        name: fileName(text(params.path) || text(params.sha256hash) || text(params.md5hash)),
        get bytes() {
          return fileBytes(task.guid);
        },
      });
      trimFiles(host);
      break;
    default:
      break;
  }
  if (task.spec !== undefined) {
    world.effects.push({
      taskId: task.id,
      incidentId: task.incidentId,
      hostId: host.id,
      kind: task.kind,
      params,
      at: world.agenda.now(),
    });
  }
  return { kind: "done" };
}

/** Only with the knob `deleteUndoesEffect`: whether a real product does it is not known. */
export function undoEffect(world: World, host: Host, taskId: string): void {
  if (world.isolated.get(host.id)?.taskId === taskId) endIsolation(world, host.id, "task_deleted");
  const rules = world.preventionRules.get(host.id);
  if (rules !== undefined) {
    world.preventionRules.set(
      host.id,
      rules.filter((rule) => rule.taskId !== taskId),
    );
  }
}

/** Recommended bound of the product; beyond it the oldest rule is forgotten here. */
const RULES_MAX = 5000;
const FILES_MAX = 200;

function addPreventionRule(world: World, host: Host, taskId: string, params: Readonly<Record<string, unknown>>): void {
  const rules = world.preventionRules.get(host.id) ?? [];
  rules.push({
    hostId: host.id,
    taskId,
    md5: text(params.md5hash),
    sha256: text(params.sha256hash),
    path: text(params.path),
    at: world.agenda.now(),
  });
  if (rules.length > RULES_MAX) rules.shift();
  world.preventionRules.set(host.id, rules);
}

function trimFiles(host: Host): void {
  for (const itemId of host.files.keys()) {
    if (host.files.size <= FILES_MAX) return;
    host.files.delete(itemId);
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}

/** The content is made up but fixed for an item, so that chunks fit together. */
function fileBytes(itemId: string): Uint8Array {
  const bytes = new Uint8Array(FILE_BYTES);
  const pattern = Buffer.from(itemId);
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = (pattern[index % pattern.length] ?? 0) ^ (index & 0xff);
  return bytes;
}
