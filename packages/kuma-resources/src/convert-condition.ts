import {
  type Cell,
  COMPARISON_OPERATORS,
  type ComparisonOperator,
  ENTRY_OPERATORS,
  type RightSide,
  type Scalar,
  type WhenNode,
} from "@cordon/core/rules";
import { type FilterContext, readField, readListName } from "./filter-context.ts";
import { isBlank, listOf, type Raw, rawOf, textOf, unreadMembers } from "./raw.ts";

/** One condition, not yet negated; undefined when it cannot be said, and then a note tells why. */
export function convertCondition(raw: Raw, path: string, context: FilterContext): WhenNode | undefined {
  const op = textOf(raw, "op");
  const unread = unreadMembers(raw, CONDITION_MEMBERS);
  for (const name of unread) {
    context.note("blocked", `${path}.${name}`, `${name} (${JSON.stringify(raw[name]).slice(0, 80)}) is not understood`);
  }
  if (unread.length > 0) return undefined;
  if (raw.checkTypes === true) {
    context.note("assumed", path, "checkTypes is left out: Cordon compares by the type of the field in any case");
  }
  const entry = ENTRY_OPERATORS.find((name) => name === op);
  if (entry !== undefined) {
    const key = readKey(raw, "left", path, context);
    const list = readListName(textOf(raw, "leftID"), LIST_WORDS[entry], key ?? [], path, context);
    return key === undefined || list === undefined ? undefined : { op: entry, list, key };
  }
  switch (op) {
    case "hasVulnerability":
      return convertVulnerability(raw, path, context);
    case "TIDetect":
      return convertThreatIntelligence(raw, path, context);
    case "inCategory":
    case "inActiveDirectoryGroup":
      return convertMembership(op, raw, path, context);
  }
  const comparison = COMPARISON_OPERATORS.find((name) => name === op);
  if (comparison !== undefined) return convertComparison(comparison, raw, path, context);
  context.note("blocked", path, op === "" ? "the condition has no operator" : `the operator "${op}" is not known`);
  return undefined;
}

const CONDITION_MEMBERS: ReadonlySet<string> = new Set(
  `group or not conditions leftKind leftField leftID leftKeys leftTICategory op rightKind rightField rightID rightKeys
  constant list ignoreCase checkTypes filter vulns`.split(/\s+/),
);

const LIST_WORDS = {
  inActiveList: "the active list",
  inDictionary: "the dictionary",
  inContextTable: "the context table",
};

/** Where assets' vulnerabilities are kept in Cordon; KUMA has them in its own asset store. */
const VULNERABILITY_LIST = "asset-vulnerabilities";

function convertVulnerability(raw: Raw, path: string, context: FilterContext): WhenNode | undefined {
  const field = readField(textOf(raw, "leftField"), path, context);
  const vulns = rawOf(raw, "vulns") ?? {};
  const cves = listOf(vulns, "cves").map(String);
  const minSeverity = typeof vulns.minSeverity === "number" ? vulns.minSeverity : 0;
  const list = readListName(VULNERABILITY_LIST, "the context table", [field ?? ""], path, context);
  if (field === undefined || list === undefined) return undefined;
  return {
    op: "hasVulnerability",
    field,
    list,
    ...(cves.length === 0 ? {} : { cves }),
    ...(minSeverity === 0 ? {} : { minSeverity }),
  };
}

function convertThreatIntelligence(raw: Raw, path: string, context: FilterContext): WhenNode | undefined {
  const field = readField(textOf(raw, "leftField"), path, context);
  const category = textOf(raw, "leftTICategory");
  if (category === "") context.note("blocked", path, "TIDetect names no category");
  if (field === undefined || category === "") return undefined;
  context.note(
    "needs",
    path,
    `the category "${category}" of threat intelligence: the tenant must have a list of this name`,
  );
  return { field, op: "TIDetect", value: category };
}

function convertMembership(
  op: "inCategory" | "inActiveDirectoryGroup",
  raw: Raw,
  path: string,
  context: FilterContext,
): WhenNode | undefined {
  const field = readField(textOf(raw, "leftField"), path, context);
  const right = constantsOf(raw, path, context);
  if (field === undefined || right === undefined) return undefined;
  const what = op === "inCategory" ? "the asset category" : "the group";
  const named = (name: Scalar): Scalar => context.listNames.get(String(name)) ?? name;
  const value = Array.isArray(right) ? right.map(named) : named(right as Scalar);
  context.note("needs", path, `${what} ${JSON.stringify(value)}: the tenant must have a list of this name`);
  return { field, op, value };
}

function convertComparison(
  op: ComparisonOperator,
  raw: Raw,
  path: string,
  context: FilterContext,
): WhenNode | undefined {
  const kind = textOf(raw, "leftKind");
  const isCell = CELL_KINDS.has(kind);
  if (!isCell && kind !== "event" && kind !== "") {
    context.note("blocked", path, `the left side is of the kind "${kind}", which is not known`);
    return undefined;
  }
  const ignoreCase = raw.ignoreCase === true ? { ignoreCase: true } : {};
  if (isCell) {
    const cell = readCell(raw, "left", path, context);
    const right = readRight(raw, undefined, path, context);
    return cell === undefined || right === undefined ? undefined : { cell, op, ...right, ...ignoreCase };
  }
  const field = readField(textOf(raw, "leftField"), path, context);
  const right = field === undefined ? undefined : readRight(raw, field, path, context);
  if (field === undefined || right === undefined) return undefined;
  if (field === "Type" && op === "=" && right.value !== undefined && ![right.value].flat().includes(CORRELATION)) {
    const text =
      "asks for other events than correlation events (type 3), and only those come to Cordon: it never holds";
    context.note("assumed", path, text);
  }
  const isNumber = NUMBERS.has(context.catalogue.typeOf(field) ?? "");
  const isCaseless = op === "inSubnet" || op === "hasBit" || (isNumber && right.valueField === undefined);
  if (raw.ignoreCase === true && isCaseless) {
    context.note("changed", path, `ignoreCase is left out: it says nothing with ${op} on ${field}`);
    return { field, op, ...right };
  }
  return { field, op, ...right, ...ignoreCase };
}

/** kaspersky.md 3.5. */
const CORRELATION = 3;
const CELL_KINDS: ReadonlySet<string> = new Set(["activeList", "dictionary", "contextTable", "table"]);
const NUMBERS: ReadonlySet<string> = new Set(["integer", "float", "time", "integers", "floats"]);

function readRight(raw: Raw, field: string | undefined, path: string, context: FilterContext): RightSide | undefined {
  const kind = textOf(raw, "rightKind");
  if (kind === "event") {
    const valueField = readField(textOf(raw, "rightField"), path, context);
    return valueField === undefined ? undefined : { valueField };
  }
  if (CELL_KINDS.has(kind)) {
    const valueCell = readCell(raw, "right", path, context);
    return valueCell === undefined ? undefined : { valueCell };
  }
  const value = constantsOf(raw, path, context);
  if (value === undefined) return undefined;
  return {
    value: Array.isArray(value)
      ? value.map((one) => fitted(one, field, context))
      : fitted(value as Scalar, field, context),
  };
}

/** `constant` or `list`, by what the right side says it is. */
function constantsOf(raw: Raw, path: string, { note }: FilterContext): Scalar | readonly Scalar[] | undefined {
  const kind = textOf(raw, "rightKind");
  const list = listOf(raw, "list");
  if (kind === "list" || (kind === "" && list.length > 0)) {
    if (list.length > 0 && list.every(isScalar)) return list;
    note("blocked", path, list.length === 0 ? "the list to compare with is empty" : "the list holds what is no value");
    return undefined;
  }
  if (kind === "constant" || kind === "") {
    if (isScalar(raw.constant) && !(kind === "" && isBlank(raw.constant))) return raw.constant;
    note("blocked", path, "there is nothing to compare with");
    return undefined;
  }
  note("blocked", path, `the right side is of the kind "${kind}", which is not known`);
  return undefined;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** KUMA writes numbers as text and texts as numbers; rules are checked against what a field holds. */
function fitted(value: Scalar, field: string | undefined, { catalogue }: FilterContext): Scalar {
  const type = field === undefined ? undefined : catalogue.typeOf(field);
  if (type === undefined) return value;
  if (NUMBERS.has(type)) return typeof value === "string" && /^[-+]?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return String(value);
}

function readCell(raw: Raw, side: "left" | "right", path: string, context: FilterContext): Cell | undefined {
  const kind = textOf(raw, `${side}Kind`);
  const key = readKey(raw, side, path, context);
  const list = readListName(textOf(raw, `${side}ID`), `the ${kind}`, key ?? [], path, context);
  const column = textOf(raw, `${side}Field`);
  if (column === "") context.note("blocked", path, `names no column of the ${kind}`);
  return key === undefined || list === undefined || column === "" ? undefined : { list, key, column };
}

function readKey(
  raw: Raw,
  side: "left" | "right",
  path: string,
  context: FilterContext,
): readonly string[] | undefined {
  const names = listOf(raw, `${side}Keys`).map(String);
  if (names.length === 0) context.note("blocked", path, "names no event fields for the key");
  const fields = names.map((name) => readField(name, path, context)).filter((name) => name !== undefined);
  return names.length === 0 || fields.length < names.length ? undefined : fields;
}
