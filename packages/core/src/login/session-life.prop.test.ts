import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addMs, type EpochMs, epochMs } from "../kernel/index.ts";
import { decideSession, SESSION_NOTE_MS, type SessionLimits } from "./session-life.ts";

const START = epochMs(1_772_442_000_000);
const MINUTE = 60_000;

const limits: fc.Arbitrary<SessionLimits> = fc
  .record({ idleMs: fc.integer({ min: 5, max: 120 }), lifeMs: fc.integer({ min: 5, max: 1_000 }) })
  .map(({ idleMs, lifeMs }) => ({ idleMs: idleMs * MINUTE, lifeMs: lifeMs * MINUTE }));
/** Rests between uses. */
const rests = fc.array(fc.integer({ min: 0, max: 150 * MINUTE }), { maxLength: 40 });

/** Uses it again and again until it has ended; the times of those that passed. */
function use(allowed: SessionLimits, pauses: readonly number[]) {
  let now = START;
  let usedAt = START;
  const passed: EpochMs[] = [];
  for (const pause of pauses) {
    now = addMs(now, pause);
    const state = decideSession({ startedAt: START, usedAt }, allowed, now);
    if (state.kind === "ended") return { passed, why: state.why, now };
    passed.push(now);
    if (state.note) usedAt = now;
  }
  return { passed, why: undefined, now };
}

describe("a session", () => {
  it("[S1] never passes after its life, nor after a rest as long as its idle limit", () => {
    fc.assert(
      fc.property(limits, rests, (allowed, pauses) => {
        const { passed } = use(allowed, pauses);
        let before = START;
        for (const at of passed) {
          expect(at - START).toBeLessThan(allowed.lifeMs);
          expect(at - before).toBeLessThan(allowed.idleMs);
          before = at;
        }
      }),
    );
  });

  it("[S1] [S2] passes while it is younger than its life and rests are shorter than the idle limit less the note's delay", () => {
    fc.assert(
      fc.property(limits, rests, (allowed, pauses) => {
        const short = pauses.map((pause) => pause % (allowed.idleMs - SESSION_NOTE_MS));
        const { why, now } = use(allowed, short);
        expect(why === undefined || (why === "old" && now - START >= allowed.lifeMs)).toBe(true);
      }),
    );
  });

  it("[S1] says an end that is never after its life, and has ended then", () => {
    fc.assert(
      fc.property(limits, fc.nat({ max: 100 * MINUTE }), (allowed, rest) => {
        const now = addMs(START, rest);
        const state = decideSession({ startedAt: START, usedAt: START }, allowed, now);
        fc.pre(state.kind === "live");
        expect(state.endsAt).toBeLessThanOrEqual(START + allowed.lifeMs);
        expect(decideSession({ startedAt: START, usedAt: now }, allowed, state.endsAt).kind).toBe("ended");
      }),
    );
  });

  it("[S3] of a revoked person has ended, whenever that was", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: -MINUTE, max: MINUTE }), (allowed, offset) => {
        const facts = { startedAt: START, usedAt: START, personRevokedAt: addMs(START, offset) };
        expect(decideSession(facts, allowed, START)).toEqual({ kind: "ended", why: "revoked" });
      }),
    );
  });

  it("[S4] is not lengthened by a clock that was set back", () => {
    const allowed = { idleMs: 60 * MINUTE, lifeMs: 100 * MINUTE };
    const facts = { startedAt: START, usedAt: addMs(START, 99 * MINUTE) };
    const state = decideSession(facts, allowed, addMs(START, -600 * MINUTE));
    expect(state).toMatchObject({ kind: "live", note: false, endsAt: START + allowed.lifeMs });
    expect(decideSession({ ...facts, usedAt: addMs(START, 100 * MINUTE) }, allowed, START).kind).toBe("ended");
  });
});
