export * from "./api/index.ts";
export * from "./events/index.ts";
export { type ListsFile, readListsFile } from "./lists/lists-file.ts";
export * from "./rules/index.ts";
