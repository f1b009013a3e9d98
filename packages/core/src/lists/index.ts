export {
  COLUMN_TYPES,
  type ColumnType,
  changeOfDefinition,
  type DefinitionChange,
  definitionProblems,
  EXPIRES_AT,
  type ListColumn,
  type ListDefinition,
  type ListEntry,
} from "./definition.ts";
export { keyParts, keyText, type RawEntry, type ReadEntry, readEntry, readKey } from "./entry.ts";
export { LIST_LIMITS } from "./limits.ts";
export {
  buildTable,
  changedTable,
  type EntryChange,
  factsOfTables,
  type ListTable,
  TABLE_CHANGES_MAX,
  type TableBuilder,
} from "./list-table.ts";
export {
  type EntriesRead,
  LIST_FORMATS,
  type LineProblem,
  type ListFormat,
  readEntries,
} from "./read-entries.ts";
export { catalogueOf, shapeOf } from "./shapes.ts";
export { exportHead, exportLines } from "./write-entries.ts";
