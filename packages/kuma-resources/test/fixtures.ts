/** Resources in the shapes that KUMA writes, with every member; what they say was made up for these tests. */

const EMPTY = {
  group: false,
  or: false,
  not: false,
  conditions: [] as unknown[],
  leftKind: "",
  leftEvent: "",
  leftID: "",
  leftField: "",
  leftKeys: [] as string[],
  leftKeyMap: null,
  leftListItemIdx: 0,
  leftTICategory: "",
  leftTIField: "",
  op: "",
  rightKind: "",
  rightEvent: "",
  rightID: "",
  rightField: "",
  rightKeys: [] as string[],
  rightKeyMap: null,
  rightListItemIdx: 0,
  rightTICategory: "",
  rightTIField: "",
  constant: "" as unknown,
  list: [] as unknown[],
  ignoreCase: false,
  checkTypes: false,
  filter: null as unknown,
  vulns: { cves: [] as string[], minSeverity: 0 },
};

export type Node = typeof EMPTY;

export const node = (members: Partial<Node>): Node => ({ ...EMPTY, ...members });
export const all = (...conditions: readonly Node[]): Node => node({ group: true, conditions: [...conditions] });
export const any = (...conditions: readonly Node[]): Node =>
  node({ group: true, or: true, conditions: [...conditions] });
export const not = (inner: Node): Node => ({ ...inner, not: true });

/** An event field compared with a constant, or with a list of them. */
export function compare(leftField: string, op: string, right: unknown, more: Partial<Node> = {}): Node {
  const operand = Array.isArray(right)
    ? { rightKind: "list", list: right }
    : { rightKind: "constant", constant: right };
  return node({ leftKind: "event", leftField, op, ...operand, ...more });
}

export const nested = (filter: object, more: Partial<Node> = {}): Node => node({ op: "=", filter, ...more });

/** As a pack holds it. */
export const filterResource = (id: string, name: string, filter: object) => ({
  id,
  kind: "filter",
  name,
  encoded: { _id: id, kind: "filter", name, description: "", deps: null, payload: { id, name, ...filter } },
});

export function responseRule(id: string, name: string, payload: object) {
  const whole = {
    id,
    name,
    kind: "script",
    from: "",
    to: null,
    subject: "",
    template: "",
    workers: 0,
    timeout: 0,
    kscTasks: [],
    kataTask: { kind: "", execCommand: "", fileHashes: [], autoTurnOffTimeout: 0 },
    KICSTask: { action: "" },
    eventField: "",
    ...payload,
  };
  return {
    id,
    kind: "responseRule",
    name,
    encoded: { kind: "responseRule", name, description: "by tests", payload: whole },
  };
}

export const RANSOM = all(compare("CorrelationRuleName", "startsWith", "RANSOM", { ignoreCase: true }));
