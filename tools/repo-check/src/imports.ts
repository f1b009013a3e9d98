import { lineOf } from "./violation.ts";
import type { SourceFile } from "./workspace.ts";

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type` and `export type`: erased, so it brings no code along. */
  readonly typeOnly: boolean;
}

const STATIC = /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"'\n]+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"'\n]+)["']\s*\)/g;

/** The import statements of a file. TypeScript 7 has no JavaScript API, and import statements are regular enough for this. */
export function importsOf(source: SourceFile): readonly Import[] {
  const found: Import[] = [];
  for (const match of source.text.matchAll(STATIC)) {
    found.push({
      specifier: match[2] ?? "",
      line: lineOf(source.text, match.index + match[0].length - 1),
      typeOnly: match[1] !== undefined,
    });
  }
  for (const match of source.text.matchAll(DYNAMIC)) {
    found.push({ specifier: match[1] ?? "", line: lineOf(source.text, match.index), typeOnly: false });
  }
  return found;
}

/** `@scope/name/sub` → `@scope/name`, `name/sub` → `name`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}
