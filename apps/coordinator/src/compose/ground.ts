import type { DispatchQueue } from "@cordon/coordinator-core";
import type { Clock, Logger, Random } from "@cordon/core/kernel";
import type { OpenRecord } from "../open-record.ts";
import type { Config } from "../start/config.ts";
import type { DataDirectory } from "../start/data-directory.ts";

/** What every part stands on. */
export interface Ground {
  readonly config: Config;
  readonly data: DataDirectory;
  readonly record: OpenRecord;
  readonly queue: DispatchQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** What was opened is closed in reverse order: on stop, and when a later part fails to start. */
  readonly opened: AsyncDisposableStack;
}

/** Starts a part that works by itself, until the coordinator stops. */
export function keepRunning<Part extends { start(): void; stop(): void | Promise<void> }>(
  { opened }: Pick<Ground, "opened">,
  part: Part,
): Part {
  part.start();
  opened.defer(() => part.stop());
  return part;
}
