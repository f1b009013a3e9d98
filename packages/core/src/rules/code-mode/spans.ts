import type { RulePath } from "../problem.ts";
import type { CodeSpan } from "./code-problem.ts";

/** Where the parts of a parsed tree stand in its text. */
export interface Spans {
  /** Takes down where the node stands, and where its members do; hands the node back. */
  node<T extends object>(node: T, start: number, end: number, members?: Readonly<Record<string, Places>>): T;
  get(node: object): { readonly span: CodeSpan; readonly members: Readonly<Record<string, Places>> } | undefined;
}

/** Of a member: one place, or one for each item of a list. */
export type Places = CodeSpan | readonly CodeSpan[];

export function createSpans(): Spans {
  const places = new WeakMap<object, { readonly span: CodeSpan; readonly members: Readonly<Record<string, Places>> }>();
  return {
    node(node, start, end, members = {}) {
      places.set(node, { span: { offset: start, length: end - start }, members });
      return node;
    },
    get: (node) => places.get(node),
  };
}

/** The smallest known place around the path. */
export function spanAt(spans: Spans, root: object, path: RulePath): CodeSpan {
  let best: CodeSpan = { offset: 0, length: 0 };
  let members: Readonly<Record<string, Places>> = {};
  let items: readonly CodeSpan[] = [];
  const enter = (node: unknown): void => {
    const found = typeof node === "object" && node !== null ? spans.get(node) : undefined;
    if (found === undefined) return;
    best = found.span;
    members = found.members;
  };
  enter(root);
  let at: unknown = root;
  for (const part of path) {
    const place = Object.hasOwn(members, part) ? members[part] : undefined;
    if (isList(place)) items = place;
    else if (place !== undefined) best = place;
    if (typeof part === "number") best = items[part] ?? best;
    at = typeof at === "object" && at !== null ? (at as Record<string | number, unknown>)[part] : undefined;
    enter(at);
  }
  return best;
}

function isList(places: Places | undefined): places is readonly CodeSpan[] {
  return Array.isArray(places);
}
