import type { Clock } from "@cordon/core/kernel";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import type { CallOptions, KscSessionCaller } from "../session/caller.ts";
import { anyParams, int, reading } from "../values/reply-schemas.ts";
import { type KscParams, unwrap } from "../values/wire-types.ts";

export interface ActionStatus {
  readonly finalized: boolean;
  /** KSC spells the member `bSuccededFinalized`. */
  readonly succeeded: boolean;
  readonly stateCode: number;
  readonly data: KscParams;
  /** Not to be asked again before; milliseconds. */
  readonly nextCheckMs: number;
}

const status = reading(
  z
    .looseObject({
      bFinalized: z.boolean(),
      bSuccededFinalized: z.boolean().optional(),
      lStateCode: int.optional(),
      pStateData: anyParams.optional(),
      lNextCheckDelay: int.optional(),
    })
    .transform(
      (reply): ActionStatus => ({
        finalized: reply.bFinalized,
        succeeded: reply.bSuccededFinalized ?? false,
        stateCode: reply.lStateCode ?? 0,
        data: reply.pStateData ?? {},
        nextCheckMs: reply.lNextCheckDelay ?? 0,
      }),
    ),
);

/** Class AsyncActionStateChecker (kaspersky.md 4.13); must be the session that started the action. */
export function createAsyncActions(session: KscSessionCaller) {
  return {
    /** A result is handed out once ("changes"): asked again, KSC answers `ksc.not_found`. */
    checkActionState: (actionGuid: string, options?: CallOptions): Promise<ActionStatus> =>
      session.call(
        "AsyncActionStateChecker.CheckActionState",
        { wstrActionGuid: actionGuid },
        "changes",
        status,
        options,
      ),
  };
}

/** KSC names its own delay; these bound it, so that a wrong one neither floods the server nor sleeps for ever. */
const CHECK_MS = { min: 100, max: 10_000 } as const;
const FIRST_CHECK_MS = 500;

/** Asks until the action ends or `signal` fires. Throws `ksc.refused` with KSC's explanation when it failed. */
export async function awaitAction(
  session: KscSessionCaller,
  actionGuid: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<KscParams> {
  const { checkActionState } = createAsyncActions(session);
  let waitMs: number = FIRST_CHECK_MS;
  for (;;) {
    await clock.sleep(Math.min(Math.max(waitMs, CHECK_MS.min), CHECK_MS.max), signal);
    const state = await askAgainIfEarly(() => checkActionState(actionGuid, { signal }));
    if (state === "early") continue;
    if (state.finalized && state.succeeded) return state.data;
    if (state.finalized) {
      const why = unwrap(state.data.GNRL_EA_DESCRIPTION ?? "");
      throw new AppError(
        "ksc.refused",
        `AsyncActionStateChecker: the action failed, state ${state.stateCode} ${String(why)}`,
        {
          details: { stateCode: state.stateCode },
        },
      );
    }
    waitMs = state.nextCheckMs;
  }
}

/** "Unavailable" means only that the delay has not passed yet. */
async function askAgainIfEarly(ask: () => Promise<ActionStatus>): Promise<ActionStatus | "early"> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError && error.code === "ksc.unavailable") return "early";
    throw error;
  }
}
