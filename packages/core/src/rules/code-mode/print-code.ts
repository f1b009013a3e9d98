import { printDuration } from "../duration.ts";
import { type Cell, kinded, type RightSide, type Scalar, type WhenNode } from "../when.ts";
import { printQuotedName, printText } from "./tokens.ts";
import { IGNORE_CASE, needsQuotes } from "./words.ts";

/** A node as one line of code mode: `FilePath startsWith 'c:\\temp' AND NOT Priority < 3`. Parsing it gives the node back [R20]. */
export function printWhen(node: WhenNode): string {
  const known = kinded(node);
  switch (known.kind) {
    case "all":
    case "any": {
      const [only] = known.nodes;
      if (known.nodes.length === 1 && only !== undefined) return printWhen(only);
      return known.nodes.map(printOperand).join(known.kind === "all" ? " AND " : " OR ");
    }
    case "not":
      return `NOT ${printOperand(known.node)}`;
    case "condition":
      return printComparison(printField(known.node.field), known.node);
    case "cell":
      return printComparison(printCell(known.node.cell), known.node);
    case "entry":
      return `${known.node.op}(${[printText(known.node.list), ...known.node.key.map(printField)].join(", ")})`;
    case "vulnerability": {
      const { list, field, cves, minSeverity } = known.node;
      const wanted = cves === undefined ? [] : [`[${cves.map(printText).join(", ")}]`];
      const severity = minSeverity === undefined ? [] : [printScalar(minSeverity)];
      return `hasVulnerability(${[printText(list), printField(field), ...wanted, ...severity].join(", ")})`;
    }
    case "count": {
      const { of, windowMs, by, distinct, atLeast } = known.node.count;
      const parts = [
        printWhen(of),
        `within ${printText(printDuration(windowMs))}`,
        ...(by === undefined ? [] : [`by [${by.map(printField).join(", ")}]`]),
        ...(distinct === undefined ? [] : [`distinct ${printField(distinct)}`]),
      ];
      return `count(${parts.join(", ")}) >= ${printScalar(atLeast)}`;
    }
  }
}

const WIDTH = 100;

/** The same over several lines where one would be too long: one condition a line, groups indented. */
export function printWhenPretty(node: WhenNode, indent = ""): string {
  const line = printWhen(node);
  const known = kinded(node);
  if (indent.length + line.length <= WIDTH) return line;
  if (known.kind === "not") return `NOT ${prettyOperand(known.node, indent)}`;
  if (known.kind !== "all" && known.kind !== "any") return line;
  const [only] = known.nodes;
  if (known.nodes.length === 1 && only !== undefined) return printWhenPretty(only, indent);
  const word = known.kind === "all" ? "AND" : "OR";
  return known.nodes.map((child) => prettyOperand(child, indent)).join(`\n${indent}${word} `);
}

function prettyOperand(node: WhenNode, indent: string): string {
  if (!isGroup(node)) return printWhenPretty(node, indent);
  const inner = `${indent}  `;
  const printed = printWhenPretty(node, inner);
  return printed.includes("\n") ? `(\n${inner}${printed}\n${indent})` : `(${printed})`;
}

function printOperand(node: WhenNode): string {
  return isGroup(node) ? `(${printWhen(node)})` : printWhen(node);
}

/** A group of one is printed as that one, so it needs what that one needs. */
function isGroup(node: WhenNode): boolean {
  const known = kinded(node);
  if (known.kind !== "all" && known.kind !== "any") return false;
  const [only] = known.nodes;
  return known.nodes.length === 1 && only !== undefined ? isGroup(only) : true;
}

function printComparison(
  left: string,
  right: RightSide & { readonly op: string; readonly ignoreCase?: boolean },
): string {
  return `${left} ${right.op} ${printRight(right)}${right.ignoreCase === true ? ` ${IGNORE_CASE}` : ""}`;
}

function printRight({ value, valueField, valueCell, valueList }: RightSide): string {
  if (valueField !== undefined) return printField(valueField);
  if (valueCell !== undefined) return printCell(valueCell);
  if (valueList !== undefined) return `list(${printText(valueList)})`;
  if (value === undefined) return "";
  return isList(value) ? `[${value.map(printScalar).join(", ")}]` : printScalar(value);
}

function isList(value: Scalar | readonly Scalar[]): value is readonly Scalar[] {
  return Array.isArray(value);
}

function printCell({ list, column, key }: Cell): string {
  return `lookup(${[printText(list), printText(column), ...key.map(printField)].join(", ")})`;
}

function printField(name: string): string {
  return needsQuotes(name) ? printQuotedName(name) : name;
}

function printScalar(value: Scalar): string {
  if (typeof value === "string") return printText(value);
  return Object.is(value, -0) ? "-0" : String(value);
}
