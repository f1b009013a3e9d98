import type { RulePath } from "@cordon/core/rules";
import { isObject } from "./schema-problems.ts";

/**
 * A rule whose shape is wrong somewhere cannot be compiled, and yet its other mistakes should be named in the same run.
 * So each broken part gives its place to a harmless one, and what is left is compiled for its problems only.
 */
export function withStandIns(rule: unknown, ruleIndex: number, broken: readonly RulePath[]): unknown {
  if (!isObject(rule)) return undefined;
  const copy = structuredClone(rule);
  for (const path of broken) {
    const [member, index] = path;
    if (member === undefined) continue;
    if (member === "when") replaceNode(copy, path);
    else if (member === "target") replaceItem(copy, "target", index, STEP);
    else if (member === "actions") replaceItem(copy, "actions", index, ACTION);
    else if (member === "id") copy.id = `stand-in-${ruleIndex}`;
    else if (member === "name") copy.name = "stand-in";
    else if (member === "mode") copy.mode = "observe";
    else delete copy[member];
  }
  return copy;
}

const CONDITION = { field: "Name", op: "=", value: "stand-in" };
const STEP = { by: "fqdn", field: "DestinationHostName" };
const ACTION = { kind: "onDemandScan" };

function replaceItem(rule: Record<string, unknown>, member: string, index: unknown, standIn: object): void {
  const list = rule[member];
  if (Array.isArray(list) && typeof index === "number" && index < list.length) list[index] = standIn;
  else rule[member] = [standIn];
}

/** Replaces the innermost node on the path: the one in which the mistake is, and nothing around it. */
function replaceNode(rule: Record<string, unknown>, path: RulePath): void {
  let holder: Record<string | number, unknown> = rule;
  let key: string | number = "when";
  for (let at = 1; at < path.length; ) {
    const node: unknown = holder[key];
    const form = path[at];
    if (!isObject(node) || typeof form !== "string") break;
    const child = node[form];
    const index = path[at + 1];
    if (form === "not" && isObject(child)) {
      [holder, key] = [node, form];
      at += 1;
    } else if ((form === "all" || form === "any") && Array.isArray(child) && typeof index === "number") {
      [holder, key] = [child as unknown as Record<number, unknown>, index];
      at += 2;
    } else break;
  }
  holder[key] = CONDITION;
}
