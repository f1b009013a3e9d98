import { errorSpec } from "@cordon/core/kernel";
import { describe, expect, it } from "vitest";
import { CLOSE_CODES, type CloseCode, readCloseCode } from "./close-codes.ts";

const ALL = Object.entries(CLOSE_CODES) as [CloseCode, (typeof CLOSE_CODES)[CloseCode]][];

describe("close codes", () => {
  it("[W13] every code comes back as itself, and no two share a number", () => {
    for (const [code, { ws, next }] of ALL) expect(readCloseCode(ws)).toEqual({ code, next });
    expect(new Set(ALL.map(([, { ws }]) => ws)).size).toBe(ALL.length);
  });

  it("[W13] 4000-4099 is tried again and 4100-4199 is not, so an older agent knows what to do with a code it does not know", () => {
    for (const [code, { ws, next }] of ALL) {
      expect(ws, code).toBeGreaterThanOrEqual(next === "fatal" ? 4100 : 4000);
      expect(ws, code).toBeLessThan(next === "fatal" ? 4200 : 4100);
    }
    expect(readCloseCode(4199).next).toBe("fatal");
    expect(readCloseCode(4099).next).toBe("soon");
  });

  it("[W13] what is fatal has a mend that a person can carry out, and is not retried by the error table either", () => {
    for (const [code, { next }] of ALL) {
      if (next === "fatal")
        expect(errorSpec(code), code).toMatchObject({ retry: "never", mend: expect.stringMatching(/./) });
    }
  });

  it("[W13] no close code of the WebSocket protocol itself stops an agent for good", () => {
    for (let ws = 1000; ws < 4000; ws++) expect(readCloseCode(ws).next).not.toBe("fatal");
  });
});
