import { ERROR_CODES, type ErrorSpec } from "@cordon/core/kernel";

const HEAD = `# Error codes

Every failure has a code \`area.reason\`. Programs decide by the code; texts may change. The API answers
\`{"error":{"code","message","mend"}}\` with the HTTP status below; agents report the same codes in an action's timeline.

*Retry*: **never** – the same call fails again until something is changed; **backoff** – a passing trouble, Cordon tries again
by itself and a caller may too; **later** – it goes on when the named thing changes.

This page is rendered from the table in \`packages/core/src/kernel/error-codes\`.
`;

/** docs/errors.md: one section per area, one row per code. */
export function renderErrorDocs(): string {
  const areas = new Map<string, string[]>();
  for (const [code, spec] of Object.entries(ERROR_CODES).sort(([a], [b]) => a.localeCompare(b))) {
    const area = code.split(".")[0] ?? code;
    areas.set(area, [...(areas.get(area) ?? []), row(code, spec)]);
  }
  const sections = [...areas].map(
    ([area, rows]) =>
      `\n## ${area}\n\n| Code | HTTP | Retry | What it means | What to do |\n|---|---|---|---|---|\n${rows.join("\n")}\n`,
  );
  return `${HEAD}${sections.join("")}`;
}

function row(code: string, { http, retry, text, mend }: ErrorSpec): string {
  return `| \`${code}\` | ${http} | ${retry} | ${text} | ${mend} |`;
}
