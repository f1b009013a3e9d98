import { expect, it } from "vitest";
import { formatFields, formatTable } from "./table.ts";

interface Row {
  readonly name: string;
  readonly slots: number | undefined;
}
const COLUMNS = [
  { title: "name", of: ({ name }: Row) => name },
  { title: "slots", of: ({ slots }: Row) => slots, right: true },
];

it("columns are as wide as what they show, in any script; what is absent is a dash", () => {
  const rows = [
    { name: "Бухгалтерия", slots: 7 },
    { name: "東京", slots: 100 },
    { name: "ws", slots: undefined },
  ];
  expect(formatTable(COLUMNS, rows)).toBe(
    ["NAME         SLOTS", "Бухгалтерия      7", "東京           100", "ws               -"].join("\n"),
  );
});

it("colours change no width", () => {
  const painted = [{ ...COLUMNS[0], title: "name", of: ({ name }: Row) => name, paint: (cell: string) => `<${cell}>` }];
  expect(formatTable(painted, [{ name: "a", slots: 1 }])).toBe("NAME\n<a   >");
});

it("a cell cannot move the cursor, hide text or turn its direction", () => {
  const evil = "a\u001b[2J\nb\u202ec\u200bd\u2028";
  expect(formatTable(COLUMNS, [{ name: evil, slots: 1 }]).split("\n")[1]).toContain(
    "a\\u001b[2J\\u000ab\\u202ec\\u200bd\\u2028",
  );
});

it("fields without a value are left out, and further lines stay in their column", () => {
  expect(
    formatFields([
      ["a", "1\n2"],
      ["long", undefined],
      ["bb", 0],
    ]),
  ).toBe("a   1\n    2\nbb  0");
});
