import { type EpochMs, epochMs } from "@cordon/core/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseBoot, TRIAL_STARTS_MAX, withoutRelease } from "./choose-boot.ts";
import { confirm, emptyBook, reject, stage, type UpdateBook } from "./update-book.ts";

const NOW: EpochMs = epochMs(1_800_000_000_000);
const shaOf = (version: string) => version.padEnd(64, "0");

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("stage" as const), minor: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("start" as const), mode: fc.constantFrom("auto", "auto", "off") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("healthy" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("unhealthy" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("damage" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("install" as const), minor: fc.integer({ min: 0, max: 6 }) }) },
);

describe("what runs", () => {
  it("is never a release that was taken back, a trial is started a bounded number of times, and what ran before comes back", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let installed = "0.0.0";
        let book: UpdateBook = emptyBook(installed);
        /** What ran when the trial was staged. */
        let before: string | undefined;
        let starts = 0;
        for (const one of steps) {
          if (one.do === "stage") {
            const version = `0.${one.minor}.0`;
            const running = book.active?.version ?? installed;
            // `judgeRelease` wants neither what runs already nor what was taken back.
            const isUnwanted = version === running || book.rejected.some((release) => release.version === version);
            if (book.trial !== undefined || isUnwanted) continue;
            before = running;
            starts = 0;
            const release = { version, sha256: shaOf(version) };
            book = stage(book, { release, stagedAt: NOW, kscWorked: true }, installed);
          } else if (one.do === "healthy") {
            if ((book.trial?.starts ?? 0) > 0) book = confirm(book);
          } else if (one.do === "unhealthy") {
            if ((book.trial?.starts ?? 0) > 0) book = reject(book, { at: NOW, code: "update.unhealthy", message: "" });
          } else if (one.do === "install") {
            installed = `0.${one.minor}.0`;
          } else {
            const hadTrial = book.trial;
            let choice = chooseBoot({
              book,
              installed,
              mode: one.do === "start" && one.mode === "off" ? "off" : "auto",
              now: NOW,
            });
            if (one.do === "damage") choice = withoutRelease(choice, "its checksum is wrong", NOW);
            const runs = choice.run.kind === "installed" ? installed : choice.run.release.version;
            if (choice.run.kind === "release") {
              expect(
                book.rejected.some(
                  ({ sha256 }) => choice.run.kind === "release" && sha256 === choice.run.release.sha256,
                ),
              ).toBe(false);
              if (choice.isTrial) expect(++starts).toBeLessThanOrEqual(TRIAL_STARTS_MAX);
            }
            const isOver =
              hadTrial !== undefined && !choice.isTrial && book.installed === installed && one.do === "start";
            if (isOver) expect(runs).toBe(before);
            book = choice.book;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is what a person installed by hand since, and earlier releases are forgotten", () => {
    const release = { version: "0.2.0", sha256: shaOf("0.2.0") };
    const book = confirm(stage(emptyBook("0.1.0"), { release, stagedAt: NOW, kscWorked: true }, "0.1.0"));
    expect(chooseBoot({ book, installed: "0.1.0", mode: "auto", now: NOW }).run).toEqual({ kind: "release", release });
    const choice = chooseBoot({ book, installed: "0.1.5", mode: "auto", now: NOW });
    expect(choice).toMatchObject({ run: { kind: "installed" }, book: emptyBook("0.1.5") });
  });

  it("off means off: a staged release is not tried, and one that was confirmed goes on", () => {
    const [old, next] = ["0.2.0", "0.3.0"].map((version) => ({ version, sha256: shaOf(version) }));
    if (old === undefined || next === undefined) throw new Error("two releases");
    const confirmed = confirm(stage(emptyBook("0.1.0"), { release: old, stagedAt: NOW, kscWorked: true }, "0.1.0"));
    const book = stage(confirmed, { release: next, stagedAt: NOW, kscWorked: true }, "0.1.0");
    const choice = chooseBoot({ book, installed: "0.1.0", mode: "off", now: NOW });
    expect(choice.run).toEqual({ kind: "release", release: old });
    expect(choice.book.trial).toBeUndefined();
    expect(choice.book.rejected).toEqual([]);
  });
});
