import type { KscValue } from "../values.ts";
import { isWrapped } from "../values.ts";
import { compilePattern, unescapeText } from "./match.ts";
import type { FilterNode, Literal } from "./parse.ts";
import { parseFilter } from "./parse.ts";
import type { CompareOperator } from "./tokens.ts";

/** How a filter reads a record; undefined when the record lacks the attribute, which then meets no condition. */
export type AttributeReader = (name: string) => KscValue | undefined;

export interface Filter {
  matches(read: AttributeReader, nowMs: number): boolean;
  /** The value that every match must have in this attribute, when the filter demands one exactly: lets a caller use an index. */
  required(attribute: string): string | number | undefined;
}

type Predicate = (read: AttributeReader, nowMs: number) => boolean;

/** Attributes whose equality means "contains", as full-text search does. */
const FULL_TEXT = new Set(["KLINCDT_BODY"]);

export function compileFilter(text: string): Filter {
  const node = parseFilter(text);
  if (node === undefined) return { matches: () => true, required: () => undefined };
  const predicate = compile(node);
  return { matches: predicate, required: (attribute) => requiredValue(node, attribute) };
}

function compile(node: FilterNode): Predicate {
  switch (node.kind) {
    case "all": {
      const children = node.children.map(compile);
      return (read, now) => children.every((child) => child(read, now));
    }
    case "any": {
      const children = node.children.map(compile);
      return (read, now) => children.some((child) => child(read, now));
    }
    case "not": {
      const child = compile(node.child);
      return (read, now) => !child(read, now);
    }
    case "compare":
      return compileComparison(node);
  }
}

function compileComparison(node: Extract<FilterNode, { kind: "compare" }>): Predicate {
  const { attribute, operator, literal, mask } = node;
  if (mask !== undefined) {
    const wanted =
      literal.kind === "binary" ? Number.parseInt(literal.hex, 16) : literal.kind === "number" ? literal.value : 0;
    return (read) => {
      const bits = numberOf(read(attribute));
      return bits !== undefined && ordered(Number(BigInt(bits) & BigInt(mask)) - wanted, operator);
    };
  }
  switch (literal.kind) {
    case "string":
      return compileText(attribute, operator, literal.raw);
    case "number":
      return (read) => {
        const value = numberOf(read(attribute));
        return value !== undefined && ordered(value - literal.value, operator);
      };
    case "boolean":
      return (read) => {
        const value = numberOf(read(attribute));
        return value !== undefined && ordered(value - Number(literal.value), operator);
      };
    case "time":
      return (read) => {
        const ms = timeOf(read(attribute));
        return ms !== undefined && ordered(ms - literal.ms, operator);
      };
    case "curtime":
      return (read, now) => {
        const ms = timeOf(read(attribute));
        return ms !== undefined && ordered(ms - (now + literal.offsetSeconds * 1000), operator);
      };
    case "binary":
      return compileBinary(attribute, operator, literal.hex);
  }
}

function compileText(attribute: string, operator: CompareOperator, raw: string): Predicate {
  if (operator === "=" || operator === "<>") {
    const pattern = compilePattern(raw, { anywhere: FULL_TEXT.has(attribute) });
    return (read) => {
      const text = textOf(read(attribute));
      return text !== undefined && pattern(text) === (operator === "=");
    };
  }
  const wanted = unescapeText(raw).toLowerCase();
  return (read) => {
    const text = textOf(read(attribute))?.toLowerCase();
    return text !== undefined && ordered(text < wanted ? -1 : text > wanted ? 1 : 0, operator);
  };
}

function compileBinary(attribute: string, operator: CompareOperator, hex: string): Predicate {
  return (read) => {
    const value = read(attribute);
    const number = numberOf(value);
    if (number !== undefined) return ordered(number - Number.parseInt(hex, 16), operator);
    if (!isWrapped(value) || value.type !== "binary" || typeof value.value !== "string") return false;
    const own = Buffer.from(value.value, "base64").toString("hex").toUpperCase();
    return ordered(own < hex ? -1 : own > hex ? 1 : 0, operator);
  };
}

function ordered(difference: number, operator: CompareOperator): boolean {
  switch (operator) {
    case "=":
      return difference === 0;
    case "<>":
      return difference !== 0;
    case ">":
      return difference > 0;
    case "<":
      return difference < 0;
    case ">=":
      return difference >= 0;
    case "<=":
      return difference <= 0;
  }
}

function numberOf(value: KscValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (isWrapped(value) && (value.type === "long" || value.type === "float" || value.type === "double")) {
    return typeof value.value === "number" || typeof value.value === "bigint" ? Number(value.value) : undefined;
  }
  return undefined;
}

function textOf(value: KscValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function timeOf(value: KscValue | undefined): number | undefined {
  if (!isWrapped(value) || (value.type !== "datetime" && value.type !== "date") || typeof value.value !== "string") {
    return undefined;
  }
  const ms = Date.parse(value.value);
  return Number.isNaN(ms) ? undefined : ms;
}

function requiredValue(node: FilterNode, attribute: string): string | number | undefined {
  if (node.kind === "all") {
    for (const child of node.children) {
      const value = requiredValue(child, attribute);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  if (node.kind !== "compare" || node.attribute !== attribute || node.operator !== "=" || node.mask !== undefined) {
    return undefined;
  }
  return exactValue(node.literal);
}

function exactValue(literal: Literal): string | number | undefined {
  if (literal.kind === "number") return literal.value;
  if (literal.kind !== "string" || /[*?[\]]/.test(literal.raw)) return undefined;
  return unescapeText(literal.raw);
}
