import { catalogueOf } from "@cordon/core/lists";
import { LIST_KINDS, type ListCatalogue, type ListShape } from "@cordon/core/rules";
import { parse } from "yaml";
import * as z from "zod";

/** As `cordon lists list --json` prints them, or by hand: what is not needed to check rules may be left out. */
const listsFile = z.union([z.object({ lists: z.array(z.unknown()) }), z.object({ items: z.array(z.unknown()) })]);

const described = z.object({
  name: z.string().min(1),
  kind: z.enum(LIST_KINDS),
  key: z.array(z.string()).min(1).default(["key"]),
  columns: z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])).default([]),
  entries: z.number().optional(),
});

export type ListsFile =
  | { readonly ok: true; readonly catalogue: ListCatalogue }
  | { readonly ok: false; readonly problem: string };

/** A description of a tenant's lists, in YAML or JSON, to check rules against where no coordinator is asked. */
export function readListsFile(text: string): ListsFile {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0, logLevel: "error" });
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? (error.message.split("\n")[0] as string) : String(error) };
  }
  const file = listsFile.safeParse(value);
  if (!file.success) return { ok: false, problem: "it must have `lists`, a list of {name, kind, key, columns}" };
  const all = "lists" in file.data ? file.data.lists : file.data.items;
  const shapes = new Map<string, ListShape>();
  for (const [place, raw] of all.entries()) {
    const list = described.safeParse(raw);
    if (!list.success) {
      const issue = list.error.issues[0];
      return { ok: false, problem: `lists[${place}].${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is wrong"}` };
    }
    const { name, kind, key, columns, entries } = list.data;
    if (shapes.has(name)) return { ok: false, problem: `lists[${place}]: "${name}" is described twice` };
    shapes.set(name, { kind, keyParts: key.length, columns, ...(entries === undefined ? {} : { entries }) });
  }
  return { ok: true, catalogue: catalogueOf(shapes) };
}
