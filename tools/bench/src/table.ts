import type { Figure } from "./figure.ts";

/** The figures for eyes: one line each, columns aligned. */
export function formatTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    `${figure.value.toLocaleString("en-US")} ${figure.unit}`.trim(),
    figure.peerValue === undefined ? "" : `${figure.peerValue.toLocaleString("en-US")} ${figure.peer}`,
    figure.ratio === undefined ? "" : `x${figure.ratio}`,
    figure.goal ?? "",
    figure.goal === undefined ? "" : figure.ok ? "ok" : "MISSED",
  ]);
  const table = [["figure", "value", "peer", "ratio", "goal", ""], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
