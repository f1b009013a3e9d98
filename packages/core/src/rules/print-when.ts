import { type Condition, kinded, type Scalar, type WhenNode } from "./when.ts";

/** A node as one line in the spelling of KUMA's code mode (kaspersky.md 3.5): `FilePath startsWith 'c:\\temp'`. */
export function printWhen(node: WhenNode): string {
  if ("all" in node) return node.all.map(printOperand).join(" AND ");
  if ("any" in node) return node.any.map(printOperand).join(" OR ");
  if ("not" in node) return `NOT (${printWhen(node.not)})`;
  const known = kinded(node);
  return known.kind === "condition" ? printCondition(known.node) : known.kind;
}

function printOperand(node: WhenNode): string {
  return "all" in node || "any" in node ? `(${printWhen(node)})` : printWhen(node);
}

function printCondition({ field, op, value, valueField, ignoreCase }: Condition): string {
  const operand =
    valueField ?? (Array.isArray(value) ? `[${value.map(printScalar).join(", ")}]` : printScalar(value as Scalar));
  return `${field} ${op} ${operand}${ignoreCase ? " (ignoring case)" : ""}`;
}

function printScalar(value: Scalar): string {
  return typeof value === "string" ? `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'` : String(value);
}
