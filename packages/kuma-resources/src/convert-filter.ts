import { kinded, parseCode, printCodeProblem, printWhen, RULE_LIMITS, type WhenNode } from "@cordon/core/rules";
import { convertCondition } from "./convert-condition.ts";
import type { FilterContext } from "./filter-context.ts";
import { isBlank, isRaw, listOf, type Raw, rawOf, textOf, unreadMembers } from "./raw.ts";

/**
 * A filter `{id, name, root}` or `{id, name, code}` as a condition; undefined when any part of it cannot be said, and then notes
 * tell each part. Semantics: kaspersky.md 3.5.
 */
export function convertFilter(filter: Raw, path: string, context: FilterContext): WhenNode | undefined {
  const { note } = context;
  const id = textOf(filter, "id");
  const code = textOf(filter, "code");
  const root = rawOf(filter, "root");
  if (id !== "" && context.inside.includes(id)) {
    note("blocked", path, `the filter ${nameOf(filter)} contains itself`);
    return undefined;
  }
  if (context.inside.length > RULE_LIMITS.depthMax) {
    note("blocked", path, `filters contain each other more than ${RULE_LIMITS.depthMax} deep`);
    return undefined;
  }
  for (const name of unreadMembers(filter, FILTER_MEMBERS))
    note("lost", `${path}.${name}`, `${name} means nothing here`);
  const within = id === "" ? context : { ...context, inside: [...context.inside, id] };
  if (code !== "") return convertCode(code, `${path}.code`, within);
  if (root !== undefined) return convertNode(root, `${path}.root`, within, 0);
  const known = context.filters.get(id);
  if (known !== undefined && saysSomething(known))
    return convertFilter({ ...known, id }, `${path}(${nameOf(known)})`, context);
  const missing =
    id === "" || known !== undefined
      ? "has no conditions"
      : `refers to the filter ${nameOf(filter)}, which is not among what was given`;
  note("blocked", path, missing);
  return undefined;
}

function saysSomething(filter: Raw): boolean {
  return textOf(filter, "code") !== "" || rawOf(filter, "root") !== undefined;
}

const FILTER_MEMBERS: ReadonlySet<string> = new Set(["id", "name", "root", "code", "kind", "description"]);

function nameOf(filter: Raw): string {
  return `"${textOf(filter, "name") || textOf(filter, "id")}"`;
}

function convertCode(code: string, path: string, { catalogue, note }: FilterContext): WhenNode | undefined {
  const parsed = parseCode(code, catalogue);
  if (parsed.ok) {
    for (const list of listsIn(parsed.when)) note("needs", path, `${list}: the tenant must have a list of this name`);
    return parsed.when;
  }
  for (const problem of parsed.problems) note("blocked", path, printCodeProblem(code, problem));
  return undefined;
}

/** What a condition in code mode asks of the tenant's lists, each once. */
function listsIn(when: WhenNode): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (at: WhenNode): void => {
    const known = kinded(at);
    switch (known.kind) {
      case "all":
      case "any":
        for (const child of known.nodes) visit(child);
        return;
      case "not":
        visit(known.node);
        return;
      case "count":
        visit(known.node.count.of);
        return;
      case "entry":
      case "vulnerability":
        found.add(`"${known.node.list}" of ${known.node.op}`);
        return;
      case "cell":
      case "condition": {
        const { node } = known;
        if ("cell" in node) found.add(`"${node.cell.list}" of lookup`);
        else if (CATEGORIES.has(node.op)) found.add(`${JSON.stringify(node.value)} of ${node.op}`);
        if (node.valueCell !== undefined) found.add(`"${node.valueCell.list}" of lookup`);
        if (node.valueList !== undefined) found.add(`"${node.valueList}"`);
      }
    }
  };
  visit(when);
  return found;
}

const CATEGORIES: ReadonlySet<string> = new Set(["inCategory", "inActiveDirectoryGroup", "TIDetect"]);

/** A node is a group, a reference to another filter with a whole copy of it, or a condition. */
function convertNode(raw: Raw, path: string, context: FilterContext, depth: number): WhenNode | undefined {
  if (depth > RULE_LIMITS.depthMax) {
    context.note("blocked", path, `groups nest more than ${RULE_LIMITS.depthMax} deep`);
    return undefined;
  }
  const nested = rawOf(raw, "filter");
  if (nested !== undefined && !isBlank(nested)) return convertReference(raw, nested, path, context);
  if (raw.group === true || listOf(raw, "conditions").length > 0) return convertGroup(raw, path, context, depth);
  return negated(raw, convertCondition(raw, path, context));
}

function convertReference(raw: Raw, nested: Raw, path: string, context: FilterContext): WhenNode | undefined {
  const op = textOf(raw, "op");
  if (op !== "" && op !== "=") {
    context.note("blocked", path, `"${op}" stands before a whole filter, which means nothing that is documented`);
    return undefined;
  }
  const named = context.filters.get(textOf(nested, "id"));
  if (named !== undefined && !isBlank(nested.root) && meaningOf(named, context) !== meaningOf(nested, context)) {
    const text = `the copy of the filter ${nameOf(nested)} in here says otherwise than that filter itself; KUMA goes by the copy, and so does this`;
    context.note("assumed", path, text);
  }
  return negated(raw, convertFilter(nested, `${path}.filter`, context));
}

/** For comparing: versions of KUMA write the same filter with other members. */
function meaningOf({ root, code }: Raw, context: FilterContext): string {
  const when = convertFilter({ root, code }, "", { ...context, note: () => {} });
  return when === undefined ? JSON.stringify([root, code]) : printWhen(when);
}

function convertGroup(raw: Raw, path: string, context: FilterContext, depth: number): WhenNode | undefined {
  const children = listOf(raw, "conditions").map((child, index) => {
    const at = `${path}.conditions[${index}]`;
    if (isRaw(child)) return convertNode(child, at, context, depth + 1);
    context.note("blocked", at, "is not a condition");
    return undefined;
  });
  if (children.length === 0) {
    // What KUMA does with it is not documented: always, or never, would both be a guess.
    context.note("blocked", path, "the group has no conditions, so it does not say when it holds");
    return undefined;
  }
  const whole = children.filter((child) => child !== undefined);
  if (whole.length < children.length) return undefined;
  const [only] = whole;
  const isOr = raw.or === true && raw.not !== true;
  if (raw.or === true && raw.not === true) {
    context.note(
      "assumed",
      path,
      "a group that is OR and NOT at once is taken as KUMA documents NOT: all together, negated",
    );
  }
  const group: WhenNode = whole.length === 1 && only !== undefined ? only : isOr ? { any: whole } : { all: whole };
  return negated(raw, group);
}

function negated(raw: Raw, node: WhenNode | undefined): WhenNode | undefined {
  return node === undefined || raw.not !== true ? node : { not: node };
}
