import type { LogFields, Logger } from "@cordon/core/kernel";
import { type DestinationStream, pino } from "pino";
import { type LogFileLimits, openLogFile } from "./log-file.ts";
import { codeOf, redact } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LoggerOptions {
  readonly level: LogLevel;
  /** `stderr`, a file (see `openLogFile`), or a stream (tests). */
  readonly destination: "stderr" | { readonly file: string; readonly limits?: LogFileLimits } | DestinationStream;
  /** Put on every line, e.g. the process's role. */
  readonly base?: LogFields;
}

/** `flush` writes out what is buffered: before the process ends. */
export interface FlushableLogger extends Logger {
  flush(): void;
}

/**
 * JSON lines: `{"level":"info","time":"2026-03-02T…Z","op":"event.ingest",…}`. A field `error` is flattened and its code is
 * lifted to `code`, so that lines can be counted by it. Logging never throws: a line that cannot be written is not worth a unit
 * of work.
 */
export function createLogger(options: LoggerOptions): FlushableLogger {
  const destination = open(options.destination);
  const line = pino(
    {
      level: options.level,
      base: redactFields(options.base ?? {}),
      messageKey: "op",
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const at = (level: "debug" | "info" | "warn" | "error") => (op: string, fields?: LogFields) => {
    if (!line.isLevelEnabled(level)) return;
    try {
      line[level](redactFields(fields ?? {}), op);
    } catch {
      // A getter that throws, a stream that ended: the line is lost, the work goes on.
    }
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    flush: () => {
      try {
        line.flush();
      } catch {
        // The destination is gone.
      }
    },
  };
}

function open(destination: LoggerOptions["destination"]): DestinationStream {
  if (typeof destination === "object")
    return "write" in destination ? destination : openLogFile(destination.file, destination.limits);
  const stream = pino.destination({ dest: 2, sync: true });
  // A closed pipe must not end the process by an unhandled event.
  stream.on("error", () => {});
  return stream;
}

function redactFields(fields: LogFields): Record<string, unknown> {
  const safe = redact(fields) as Record<string, unknown>;
  const error = fields.error;
  const code = error instanceof Error ? codeOf(error) : undefined;
  return code === undefined || "code" in safe ? safe : { ...safe, code };
}
