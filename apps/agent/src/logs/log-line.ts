/** One line of the agent's log; what is no line of ours is kept as its text. */
export interface LogLine {
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface LogFilter {
  /** Epoch ms. */
  readonly since?: number;
  readonly level?: LogLevelName;
  /** Lines that name this action anywhere. */
  readonly action?: string;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevelName = (typeof LOG_LEVELS)[number];

export function parseLogLine(raw: string): LogLine {
  try {
    const value: unknown = JSON.parse(raw);
    return { raw, fields: typeof value === "object" && value !== null ? (value as LogLine["fields"]) : undefined };
  } catch {
    return { raw, fields: undefined };
  }
}

/** A torn or foreign line passes where nothing is asked of it that it cannot answer. */
export function fitsFilter({ raw, fields }: LogLine, { since, level, action }: LogFilter): boolean {
  if (action !== undefined && !raw.includes(action)) return false;
  if (since !== undefined && !(Date.parse(String(fields?.time)) >= since)) return false;
  return level === undefined || rankOf(fields?.level) >= LOG_LEVELS.indexOf(level);
}

function rankOf(level: unknown): number {
  return LOG_LEVELS.indexOf(level as LogLevelName);
}

/** `2026-03-02 09:40:39.123Z WARN  session.down  code=session.silent reason="the peer was silent"` */
export function formatLogLine({ raw, fields }: LogLine): string {
  if (fields === undefined) return raw;
  const { time, level, op, app: _app, ...rest } = fields;
  const when = String(time ?? "").replace("T", " ");
  const told = Object.entries(rest).map(([name, value]) => `${name}=${show(value)}`);
  return `${when} ${String(level ?? "")
    .toUpperCase()
    .padEnd(5)} ${String(op ?? "")}  ${told.join(" ")}`.trimEnd();
}

/** A whole configuration or a stack is for machines: `--json` has it. What people are told is shorter, and shown whole. */
const OBJECT_CHARS_MAX = 200;

function show(value: unknown): string {
  if (typeof value === "string") return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  const text = JSON.stringify(value);
  return text.length <= OBJECT_CHARS_MAX ? text : `${text.slice(0, OBJECT_CHARS_MAX)}…`;
}
