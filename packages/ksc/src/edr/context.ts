import type { Clock, Logger } from "@cordon/core/kernel";
import type { PagingContext } from "../paging/record-pages.ts";
import type { RequestRegistry } from "../registry/registry.ts";
import type { EdrSettings } from "../registry/settings.ts";
import type { KscClient } from "../session/client.ts";

/** What every part of the adapter works with. */
export interface EdrContext {
  readonly client: KscClient;
  readonly settings: EdrSettings;
  readonly registry: RequestRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Questions that do not hang together are asked over this many sessions at once; one stays free for what is sent. */
export function lanesOf(context: EdrContext): number {
  return Math.max(1, context.client.sessionCount - 1);
}

/** One session for a sequence that opens and reads something: it belongs to the session. */
export function pagingIn(context: EdrContext, signal: AbortSignal): PagingContext {
  return { session: context.client.session(), signal, logger: context.logger };
}
