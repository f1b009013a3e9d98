import { expect, test } from "vitest";
import { createRequestRegistry } from "./registry.ts";
import { parseEdrSettings } from "./settings.ts";
import { parseResponseName } from "./task-name.ts";

const registry = createRequestRegistry(parseEdrSettings({}));

test.each([
  [
    "[Response][KUMA] isolateHost - 02.03.2026 12:14:11 - 4711",
    { area: "KUMA", kind: "isolateHost", incidentId: 4711 },
  ],
  [
    "[Response][kuma] isolateHost.py - 02.03.2026 12:14:11",
    { area: "kuma", kind: "isolateHost", incidentId: undefined },
  ],
  ["[response][Kuma]  $ioCScan.py - $2026-03-02", { area: "Kuma", kind: "iocScan", incidentId: undefined }],
  ["[Response][KUMA] getFile - 3/2/26 12:14 - a1b2", { area: "KUMA", kind: "getFile", incidentId: undefined }],
  ["[Response][Other] somethingNew - x - 12", { area: "Other", kind: undefined, incidentId: 12 }],
])("%s is a response task", (name, expected) => {
  expect(parseResponseName(name, registry)).toEqual(expected);
});

test.each(["", "Virus scan", "[Response] isolateHost", "Re: [Response][KUMA] isolateHost - x"])(
  "%j is not a response task",
  (name) => {
    expect(parseResponseName(name, registry)).toBeUndefined();
  },
);
