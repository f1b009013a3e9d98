import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTION_KINDS, type ActionArgs, classOf, type Indicator } from "../action/index.ts";
import { epochMs } from "../kernel/index.ts";
import { chooseCarrier, mergeKeyOf, nextCarrier, unite } from "./merge.ts";

const indicator: fc.Arbitrary<Indicator> = fc.record({
  type: fc.constantFrom("md5" as const, "domain" as const),
  value: fc.nat(40).map(String),
});
const scan = (indicators: readonly Indicator[]): ActionArgs => ({ kind: "iocScan", indicators });
const many = (count: number, from = 0) =>
  scan(Array.from({ length: count }, (_, index) => ({ type: "url" as const, value: `u${from + index}` })));

describe("what may merge", () => {
  it("[L5][M1] contain never does, nor what starts a process", () => {
    const specs: Record<string, ActionArgs> = {
      isolateHost: { kind: "isolateHost", durationSeconds: 60 },
      preventExecution: { kind: "preventExecution", path: "a" },
      terminateProcess: { kind: "terminateProcess", pid: 1 },
      startProcess: { kind: "startProcess", path: "a" },
    };
    for (const kind of ACTION_KINDS.filter((one) => classOf(one) === "contain" || one === "startProcess")) {
      expect(mergeKeyOf(specs[kind] as ActionArgs), kind).toBeUndefined();
    }
  });

  it("[L5][M1] file actions do with the same path, hashes and flags, and with nothing else", () => {
    const file = { path: "C:\\a", md5: "d41d8cd98f00b204e9800998ecf8427e" };
    expect(mergeKeyOf({ kind: "deleteFile", ...file })).toBe(
      mergeKeyOf({ kind: "deleteFile", searchInSubfolders: false, ...file }),
    );
    const keys = [
      { kind: "deleteFile", ...file } as const,
      { kind: "deleteFile", ...file, searchInSubfolders: true } as const,
      { kind: "quarantineFile", ...file } as const,
      { kind: "getFile", ...file } as const,
      { kind: "getFile", path: file.path } as const,
      { kind: "quarantineFile", md5: file.md5 } as const,
      { kind: "onDemandScan" } as const,
      many(1),
    ].map(mergeKeyOf);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("[L5][M2] an IoC scan that serves several looks for every indicator of each, once, and for no other", () => {
    const lists = fc.array(fc.array(indicator, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lists, (all) => {
        const [first, ...rest] = all.map(scan);
        const united = first && unite([first, ...rest]);
        const textOf = ({ type, value }: Indicator) => `${type} ${value}`;
        const wanted = new Set(all.flat().map(textOf));
        const found = united?.kind === "iocScan" ? united.indicators.map(textOf) : [];
        expect(found).toHaveLength(wanted.size);
        expect(new Set(found)).toEqual(wanted);
      }),
    );
  });

  it("[L5][M3] what does not fit into one scan rides with the next carrier or carries itself", () => {
    const carriers = [
      { key: "a", spec: many(600), riders: [many(300, 600)] },
      { key: "b", spec: many(10), riders: [] },
    ];
    const policy = { ridersMax: 2 };
    expect(chooseCarrier(carriers, many(100, 900), policy)?.key).toBe("a");
    expect(chooseCarrier(carriers, many(101, 900), policy)?.key).toBe("b");
    // The same indicators again cost nothing.
    expect(chooseCarrier(carriers, many(600), policy)?.key).toBe("a");
    expect(chooseCarrier(carriers, many(995, 900), policy)).toBeUndefined();
    expect(chooseCarrier(carriers, many(1), { ridersMax: 1 })?.key).toBe("b");
    expect(chooseCarrier(carriers, many(1), { ridersMax: 0 })).toBeUndefined();
  });

  it("[L5][M4] the rider that has longest to go carries on", () => {
    const riders = [
      { key: "b", deadline: epochMs(5) },
      { key: "c", deadline: epochMs(9) },
      { key: "a", deadline: epochMs(9) },
    ];
    expect(nextCarrier(riders)?.key).toBe("a");
    expect(nextCarrier([])).toBeUndefined();
  });
});
