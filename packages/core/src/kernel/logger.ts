/** One flat line per unit of work: `op` is `noun.verb`, the rest are ids, outcome, durations (ms) and codes. Never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(op: string, fields?: LogFields): void;
  info(op: string, fields?: LogFields): void;
  warn(op: string, fields?: LogFields): void;
  error(op: string, fields?: LogFields): void;
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
