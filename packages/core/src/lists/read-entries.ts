import type { EpochMs } from "../kernel/index.ts";
import { nearestName } from "../rules/index.ts";
import { EXPIRES_AT, type ListDefinition, type ListEntry } from "./definition.ts";
import { keyText, type RawEntry, readEntry } from "./entry.ts";
import { LIST_LIMITS as LIMITS } from "./limits.ts";
import { csvRecords } from "./read-csv.ts";

export const LIST_FORMATS = ["csv", "jsonl"] as const;

export type ListFormat = (typeof LIST_FORMATS)[number];

/** What is wrong with a line of an import. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface EntriesRead {
  readonly entries: readonly ListEntry[];
  /** In order; when there is any, nothing of the text may be taken. */
  readonly problems: readonly LineProblem[];
  /** There are more problems than are named. */
  readonly more: boolean;
  /** Lines left out because their entry has ended already. */
  readonly over: number;
}

/** So many lines are read at a stretch: about a millisecond. */
const LINES_A_TURN = 500;

/**
 * Reads the lines of an import, or names what is wrong with each [E4]. Yields now and then, so that a million lines can let
 * others have their turn.
 */
export function* readEntries(
  definition: ListDefinition,
  format: ListFormat,
  text: string,
  now: EpochMs,
): Generator<undefined, EntriesRead> {
  const entries: ListEntry[] = [];
  const problems: LineProblem[] = [];
  const lineOf = new Map<string, number>();
  let over = 0;
  let lines = 0;
  let more = false;
  const report = (line: number, message: string): void => {
    if (problems.length < LIMITS.problemsMax) problems.push({ line, message });
    else more = true;
  };
  const rows = format === "csv" ? csvRows(definition, text, report) : jsonRows(definition, text, report);
  for (const { line, raw } of rows) {
    if (++lines % LINES_A_TURN === 0) yield undefined;
    const read = readEntry(definition, raw, now);
    if (!read.ok) {
      if (read.over === true) over++;
      else report(line, read.problem);
      continue;
    }
    const key = keyText(read.entry.key);
    const first = lineOf.get(key);
    if (first !== undefined) report(line, `the same key stands in line ${first}`);
    else lineOf.set(key, line);
    if (lines > LIMITS.entriesMax) {
      report(line, `these are more than ${LIMITS.entriesMax} entries, and no list has so many`);
      break;
    }
    // Once something is wrong nothing is taken; the rest is only looked at.
    if (problems.length === 0) entries.push(read.entry);
    if (more) break;
  }
  return { entries: problems.length === 0 ? entries : [], problems, more, over };
}

interface Row {
  readonly line: number;
  readonly raw: RawEntry;
}

type ReportLine = (line: number, message: string) => void;

function* csvRows(definition: ListDefinition, text: string, report: ReportLine): Generator<Row> {
  const { key, columns } = definition;
  let header: readonly string[] | undefined;
  for (const { line, cells, problem } of csvRecords(text, LIMITS.lineCharsMax)) {
    if (problem !== undefined) {
      report(line, problem);
      if (header === undefined) return;
    } else if (header === undefined) {
      header = cells.map((cell) => cell.trim());
      const wrong = headerProblems(definition, header);
      for (const each of wrong) report(line, each);
      if (wrong.length > 0) return;
    } else if (cells.length !== header.length) {
      report(line, `the line has ${cells.length} cells, and the first line names ${header.length}`);
    } else {
      const named: Record<string, string> = {};
      for (const [place, name] of header.entries()) named[name] = cells[place] as string;
      const own: Record<string, string> = {};
      for (const { name } of columns) if (named[name] !== undefined) own[name] = named[name];
      yield { line, raw: { key: key.map((name) => named[name]), cells: own, expiresAt: named[EXPIRES_AT] } };
    }
  }
  if (header === undefined)
    report(1, `there is nothing in it; its first line names the columns: ${headerOf(definition).join(",")}`);
}

/** The first line of a table of such a list. */
export function headerOf({ key, columns }: ListDefinition): readonly string[] {
  return [...key, ...columns.map(({ name }) => name), EXPIRES_AT];
}

function headerProblems(definition: ListDefinition, header: readonly string[]): readonly string[] {
  const known = headerOf(definition);
  const repeated = header.find((name, place) => header.indexOf(name) < place);
  return [
    ...(repeated === undefined ? [] : [`"${repeated}" stands twice in the first line`]),
    ...definition.key
      .filter((name) => !header.includes(name))
      .map((name) => `the first line must name "${name}", which is part of the key; it may name ${known.join(", ")}`),
    ...header
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = nearestName(name, known);
        const mend = near === undefined ? `there are ${known.join(", ")}` : `did you mean "${near}"?`;
        return `the list has no column "${name.slice(0, 80)}"; ${mend}`;
      }),
  ];
}

function* jsonRows({ key: names }: ListDefinition, text: string, report: ReportLine): Generator<Row> {
  let line = 0;
  for (let from = 0; from < text.length; ) {
    line++;
    const end = text.indexOf("\n", from);
    const raw = text.slice(from, end === -1 ? undefined : end).trim();
    from = end === -1 ? text.length : end + 1;
    if (raw === "") continue;
    if (raw.length > LIMITS.lineCharsMax) {
      report(line, `the line has ${raw.length} characters; at most ${LIMITS.lineCharsMax}`);
      continue;
    }
    const read = readJson(raw, names);
    if (typeof read === "string") report(line, read);
    else yield { line, raw: read };
  }
  if (line === 0) report(1, "there is nothing in it");
}

const SHAPE = `{"key": ["…"], "cells": {"…": "…"}, "${EXPIRES_AT}": "…"}`;

function readJson(text: string, names: readonly string[]): RawEntry | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  return readRawEntry(value, names) ?? `an entry is ${SHAPE}; only the key is needed`;
}

/** An entry of JSON: its key may also be one value, when the list's keys have one part. Undefined: another shape. */
function readRawEntry(value: unknown, names: readonly string[]): RawEntry | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { key, cells = {}, expiresAt, ...unknown } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(unknown).length > 0 || typeof cells !== "object" || cells === null || Array.isArray(cells))
    return undefined;
  const parts = Array.isArray(key) ? key : names.length === 1 && key !== undefined ? [key] : undefined;
  return parts && { key: parts, cells: cells as RawEntry["cells"], expiresAt };
}
