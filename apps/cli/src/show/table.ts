import stringWidth from "string-width";
import { plain } from "./plain-text.ts";

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string | number | undefined;
  /** Numbers stand below each other. */
  readonly right?: boolean;
  /** Colours a cell that is padded already. */
  readonly paint?: (padded: string, row: Row) => string;
}

const GAP = "  ";

/** Rows for eyes; columns as wide as their content, so that they can be piped, cut and pasted. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map(({ of }) => cellText(of(row))));
  const widths = columns.map(({ title }, column) =>
    Math.max(stringWidth(title), ...cells.map((line) => stringWidth(line[column] ?? ""))),
  );
  const line = (texts: readonly string[], row?: Row): string =>
    columns
      .map(({ right, paint }, column) => {
        const text = texts[column] ?? "";
        const space = " ".repeat((widths[column] ?? 0) - stringWidth(text));
        const padded = right === true ? `${space}${text}` : `${text}${space}`;
        return row === undefined || paint === undefined ? padded : paint(padded, row);
      })
      .join(GAP)
      .trimEnd();
  const header = line(columns.map(({ title }) => title.toUpperCase()));
  return [header, ...rows.map((row, index) => line(cells[index] ?? [], row))].join("\n");
}

function cellText(value: string | number | undefined): string {
  return value === undefined || value === "" ? "-" : plain(String(value));
}

/** `name  value` lines; what is undefined is left out. */
export function formatFields(fields: readonly (readonly [name: string, value: string | number | undefined])[]): string {
  const shown = fields.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...shown.map(([name]) => stringWidth(name)));
  return shown
    .map(([name, value]) => {
      const space = " ".repeat(width - stringWidth(name));
      // A value of several lines stays in its column.
      return `${name}${space}${GAP}${String(value).replaceAll("\n", `\n${" ".repeat(width)}${GAP}`)}`;
    })
    .join("\n");
}
