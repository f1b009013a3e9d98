import type { FieldValue } from "../event/index.ts";
import type { EpochMs } from "../kernel/index.ts";
import type { ListKind } from "../rules/index.ts";
import { LIST_LIMITS as LIMITS } from "./limits.ts";

export const COLUMN_TYPES = ["text", "number", "texts", "numbers"] as const;

export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface ListColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What a list is; what stands in it are its entries. */
export interface ListDefinition {
  readonly name: string;
  readonly kind: ListKind;
  /** A name for each part of a key, in order: `["user", "domain"]`. */
  readonly key: readonly string[];
  readonly columns: readonly ListColumn[];
  readonly description: string;
  /** How long an entry stays that does not say so itself. Absent: until somebody removes it. */
  readonly expireAfterMs?: number;
}

export interface ListEntry {
  /** As many parts as the list's key has; exact, case and all. */
  readonly key: readonly string[];
  /** By column; a column without a value is not in it. */
  readonly cells: Readonly<Record<string, FieldValue>>;
  readonly expiresAt?: EpochMs;
}

/** The column of a file in which entries say when they end. */
export const EXPIRES_AT = "expiresAt";

/** Every mistake of a definition, in sentences [E1]; empty when there is none. */
export function definitionProblems(definition: ListDefinition): readonly string[] {
  const { name, kind, key, columns, description, expireAfterMs } = definition;
  const names = [...key, ...columns.map((column) => column.name)];
  const problems = names.flatMap(columnNameProblem);
  const repeated = names.find((each, place) => names.indexOf(each) < place);
  if (repeated !== undefined) problems.push(`"${repeated}" names two columns; each needs a name of its own`);
  if (!isPlainName(name)) {
    problems.push(`a name has 1 to ${LIMITS.nameCharsMax} characters, no control characters and no blank at its ends`);
  }
  if (key.length < 1 || key.length > LIMITS.keyPartsMax) {
    problems.push(`a key has 1 to ${LIMITS.keyPartsMax} parts, not ${key.length}`);
  }
  if (columns.length > LIMITS.columnsMax) {
    problems.push(`the list has ${columns.length} columns; at most ${LIMITS.columnsMax}`);
  }
  if (kind === "category" && (key.length !== 1 || columns.length > 0)) {
    problems.push("a category has keys of one part and no columns: it only says what is in it");
  }
  if (description.length > LIMITS.descriptionCharsMax) {
    problems.push(`the description has ${description.length} characters; at most ${LIMITS.descriptionCharsMax}`);
  }
  if (expireAfterMs !== undefined && !isTerm(expireAfterMs)) {
    problems.push("entries expire after 1 minute to 10 years");
  }
  return problems;
}

function isTerm(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms >= LIMITS.expireAfterMsMin && ms <= LIMITS.expireAfterMsMax;
}

const CONTROL = /\p{Cc}/u;

function isPlainName(name: string): boolean {
  return (
    name.length >= 1 &&
    name.length <= LIMITS.nameCharsMax &&
    name.trim() === name &&
    name.isWellFormed() &&
    !CONTROL.test(name)
  );
}

const COLUMN_NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,63}$/u;

function columnNameProblem(name: string): string[] {
  if (name === EXPIRES_AT) return [`"${EXPIRES_AT}" says when an entry ends, and cannot name a column`];
  if (COLUMN_NAME.test(name) && name !== "__proto__") return [];
  return [`"${name.slice(0, 80)}" cannot name a column: 1 to 64 letters, digits, _ . and -, a letter first`];
}

/** How one list becomes another, or why it cannot [E2]. */
export type DefinitionChange =
  | { readonly kind: "same" }
  | { readonly kind: "changed"; readonly droppedColumns: readonly string[] }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

export function changeOfDefinition(before: ListDefinition, after: ListDefinition): DefinitionChange {
  const problems = [...definitionProblems(after)];
  const fixed = "; that never changes: make another list";
  if (after.kind !== before.kind) problems.push(`the list is of the kind ${before.kind}${fixed}`);
  if (after.key.length !== before.key.length) problems.push(`its keys have ${parts(before.key)}${fixed}`);
  const types = new Map(before.columns.map(({ name, type }) => [name, type]));
  for (const { name, type } of after.columns) {
    const was = types.get(name);
    if (was !== undefined && was !== type) {
      problems.push(`the column "${name}" holds ${was}${fixed}, or remove the column and add it again`);
    }
  }
  if (problems.length > 0) return { kind: "refused", problems };
  if (JSON.stringify(before) === JSON.stringify(after)) return { kind: "same" };
  const kept = new Set(after.columns.map(({ name }) => name));
  return { kind: "changed", droppedColumns: before.columns.map(({ name }) => name).filter((name) => !kept.has(name)) };
}

function parts({ length }: readonly string[]): string {
  return length === 1 ? "one part" : `${length} parts`;
}
