export { type ImportedRule, type ImportOptions, importResources, type ResourceReport } from "./import-resources.ts";
export type { NeededList } from "./lists-needed.ts";
export type { Note, NoteKind } from "./note.ts";
export { type KumaResource, type ReadResources, readResources } from "./read-resources.ts";
export { writeRuleFile } from "./write-rule-file.ts";
