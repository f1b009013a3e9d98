import { ADMIN_NAME, type LoginStore, type TellLogin } from "@cordon/coordinator-core";
import { addMs, type Clock, type Logger } from "@cordon/core/kernel";
import { isQuiet, lookAgain, type UseTally, usedOnce } from "@cordon/core/login";
import type { AdminToken } from "../start/admin-token.ts";

/** Sources that are told apart; what comes from more is told as of one. */
const SOURCES_MAX = 1_000;
const OTHERS = "many others";
/** Two alarms' worth of looks within their distance. */
const LOOK_MS = 60_000;
const SHOWN_MS = 86_400_000;
/** While nobody has a name here, it is asked again after so long whether somebody has. */
const FIRST_STEPS_MS = 5_000;

/** What the health and the metrics say of it. */
export interface BreakGlassState {
  readonly enabled: boolean;
  /** Of the last day: its alarms. */
  readonly alarm?: { readonly at: number; readonly source: string; readonly uses: number };
}

/** The emergency account: the coordinator's own token, which may do everything and needs nobody. */
export interface BreakGlass {
  readonly file: string;
  /** Whether the token is it, and it is switched on. */
  accepts(token: string): boolean;
  /** Raises the alarm, or counts for the next one. Never throws: in an emergency the door opens. */
  used(source: string): Promise<void>;
  /** A new token in the file; the old one is worth nothing from here on. */
  rotate(by: string): Promise<void>;
  state(): Promise<BreakGlassState>;
  /** Uses since the start, alarmed or not. */
  uses(): number;
  start(): void;
  stop(): Promise<void>;
}

export function createBreakGlass(deps: {
  readonly token: AdminToken;
  readonly store: Pick<LoginStore, "addAlarm" | "alarmsSince" | "hasPeople">;
  readonly enabled: boolean;
  /** Signing in is possible, so there is another way in from the first day. */
  readonly hasProvider: boolean;
  readonly tell: TellLogin;
  readonly clock: Clock;
  readonly logger: Logger;
}): BreakGlass {
  const { token, store, enabled, clock, logger } = deps;
  const tallies = new Map<string, UseTally>();
  let uses = 0;
  let firstSteps = !deps.hasProvider;
  let askAgainAt = 0;
  let asking: Promise<void> = Promise.resolve();
  let cancel = () => {};
  let telling: Promise<void> = Promise.resolve();
  let stopped = false;

  /** Somebody sets Cordon up, and this token is the only way in: that is no emergency. */
  async function isFirstSteps(): Promise<boolean> {
    const now = clock.now();
    if (firstSteps && now >= askAgainAt) {
      askAgainAt = now + FIRST_STEPS_MS;
      asking = store.hasPeople().then((has) => {
        firstSteps = !has;
      });
    }
    // Whoever comes while it is asked waits for the answer: no use is missed in between.
    await asking;
    return firstSteps;
  }

  async function alarm(source: string, told: number): Promise<void> {
    logger.error("break_glass.used", { source, uses: told });
    const what = `the break-glass token was used ${told === 1 ? "once" : `${told} times`}`;
    await Promise.all([
      store.addAlarm({ at: clock.now(), source, uses: told }),
      deps.tell({ by: { as: "break-glass", name: ADMIN_NAME }, from: source, what }),
    ]);
  }

  async function look(): Promise<void> {
    const now = clock.now();
    for (const [source, tally] of tallies) {
      const step = lookAgain(tally, now);
      if (isQuiet(step.tally, now) && step.alarm === 0) tallies.delete(source);
      else tallies.set(source, step.tally);
      if (step.alarm > 0) await alarm(source, step.alarm);
    }
  }

  function arm(): void {
    if (stopped) return;
    cancel = clock.after(LOOK_MS, () => {
      telling = look()
        .catch((error) => logger.error("break_glass.alarm", { error }))
        .finally(arm);
    });
  }

  return {
    file: token.file,
    accepts: (given) => {
      const right = token.accepts(`Bearer ${given}`);
      if (right && !enabled) logger.error("break_glass.refused", { reason: "CORDON_BREAK_GLASS is off" });
      return right && enabled;
    },
    async used(from) {
      uses += 1;
      try {
        if (await isFirstSteps()) return;
        const source = tallies.has(from) || tallies.size < SOURCES_MAX ? from : OTHERS;
        const step = usedOnce(tallies.get(source), clock.now());
        tallies.set(source, step.tally);
        if (step.alarm > 0) await alarm(source, step.alarm);
      } catch (error) {
        logger.error("break_glass.alarm", { source: from, error });
      }
    },
    async rotate(by) {
      await token.rotate();
      logger.warn("break_glass.rotate", { by });
    },
    async state() {
      const told = await store.alarmsSince(addMs(clock.now(), -SHOWN_MS));
      return {
        enabled,
        ...(told === undefined ? {} : { alarm: { at: told.last.at, source: told.last.source, uses: told.uses } }),
      };
    },
    uses: () => uses,
    start: arm,
    async stop() {
      stopped = true;
      cancel();
      await telling;
      // What was counted and not told yet is told now: nobody will come back to it.
      for (const [source, { untold }] of tallies) if (untold > 0) await alarm(source, untold).catch(() => {});
    },
  };
}
