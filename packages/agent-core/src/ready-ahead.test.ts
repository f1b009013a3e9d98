import { expect, test } from "vitest";
import { createReadyAhead } from "./ready-ahead.ts";

const SESSIONS = 4;

function measured(syncMs: number, sendMs: number): number {
  const ahead = createReadyAhead(SESSIONS);
  for (let time = 0; time < 100; time++) {
    ahead.synced(syncMs);
    ahead.sent(sendMs);
  }
  return ahead.attemptsMax;
}

test("[D7] made ready are as many as leave while the disk takes two commits, within bounds", () => {
  expect(createReadyAhead(SESSIONS).attemptsMax).toBe(32);
  expect(measured(1, 300)).toBe(32);
  expect(measured(5, 1)).toBe(44);
  expect(measured(50, 1)).toBe(64);
});

test("[D7] a KSC that became slow, or a disk that became fast, soon has fewer made ready for it", () => {
  const ahead = createReadyAhead(SESSIONS);
  ahead.synced(10);
  ahead.sent(1);
  expect(ahead.attemptsMax).toBe(64);
  for (let time = 0; time < 30; time++) ahead.sent(300);
  expect(ahead.attemptsMax).toBe(32);
});
