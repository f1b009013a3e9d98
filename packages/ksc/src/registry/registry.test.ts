import { ACTION_KINDS, type ActionArgs, type ActionKind, type ActionOrder } from "@cordon/core/action";
import { actionId, endpointId, epochMs } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { createRequestRegistry } from "./registry.ts";
import { parseEdrSettings } from "./settings.ts";
import { REQUEST_SHAPES } from "./shapes.ts";

const HOST = "7c0d8a52-5a4e-4c0e-9a55-0f6f3f7e2b11";
const MD5 = "0".repeat(32);
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

function order(spec: ActionArgs): ActionOrder {
  return { actionId: actionId("act_1"), endpointId: endpointId(HOST), spec, deadline: epochMs(1) };
}

function bodyOf(spec: ActionArgs, settings: unknown = {}): Record<string, unknown> {
  return JSON.parse(createRequestRegistry(parseEdrSettings(settings)).render(order(spec)).body) as Record<
    string,
    unknown
  >;
}

const golden = (task: string, params: string) =>
  `{"task":"${task}","targetHost":"${HOST}","params":${params},"responseEventIncident":true,"responseEventIncidentArea":"Kuma","cordonActionId":"act_1"}`;

const GOLDEN: readonly (readonly [ActionArgs, string])[] = [
  [
    { kind: "getFile", path: "C:\\Temp\\a.exe" },
    golden("getFile", '{"md5hash":"","sha256hash":"","path":"C:\\\\Temp\\\\a.exe"}'),
  ],
  [
    { kind: "deleteFile", path: "C:\\x", md5: MD5, searchInSubfolders: true },
    golden("deleteFile", `{"md5hash":"${MD5}","sha256hash":"","path":"C:\\\\x","searchInSubfolders":true}`),
  ],
  [
    { kind: "quarantineFile", sha256: SHA256 },
    golden("quarantineFile", `{"md5hash":"","sha256hash":"${SHA256}","path":""}`),
  ],
  [
    { kind: "startProcess", path: "C:\\t.exe", arguments: '/a "b"', workingDirectory: "C:\\" },
    golden("startProcess", '{"path":"C:\\\\t.exe","arguments":"/a \\"b\\"","workingDirectory":"C:\\\\"}'),
  ],
  [
    { kind: "terminateProcess", path: "C:\\t.exe", pid: 4711 },
    golden("terminateProcess", '{"md5hash":"","sha256hash":"","path":"C:\\\\t.exe","pid":4711}'),
  ],
  [
    {
      kind: "isolateHost",
      durationSeconds: 3_600,
      exclusions: [
        {
          direction: "outbound",
          protocol: 6,
          remoteAddress: "10.0.0.1",
          localPorts: { from: 1, to: 2 },
          remotePorts: { from: 443, to: 443 },
        },
      ],
    },
    golden(
      "isolateHost",
      '{"isolationTimeout":3600,"exclusions":[{"direction":"outbound","protocol":6,"remoteIpv4Address":"10.0.0.1","localPortRange":{"fromPort":1,"toPort":2},"remotePortRange":{"fromPort":443,"toPort":443}}]}',
    ),
  ],
  [
    { kind: "preventExecution", path: "C:\\m.exe", sha256: SHA256 },
    golden("preventExecution", `{"md5hash":"","sha256hash":"${SHA256}","path":"C:\\\\m.exe"}`),
  ],
  [{ kind: "onDemandScan" }, golden("onDemandScan", "{}")],
  [
    { kind: "iocScan", indicators: [{ type: "md5", value: MD5 }] },
    golden(
      "ioCScan",
      '{"iocFiles":[{"name":"cordon-act_1-1.ioc","content":"<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>\\n<OpenIOC xmlns=\\"http://openioc.org/schemas/OpenIOC_1.1\\" id=\\"ROOT\\" last-modified=\\"1970-01-01T00:00:00\\" published-date=\\"1970-01-01T00:00:00\\">\\n<metadata><short_description>Cordon act_1/0</short_description></metadata>\\n<criteria><Indicator id=\\"OR\\" operator=\\"OR\\">\\n<IndicatorItem id=\\"ITEM\\" condition=\\"is\\" preserve-case=\\"false\\" negate=\\"false\\"><Context document=\\"FileItem\\" search=\\"FileItem/Md5sum\\" type=\\"mir\\"/><Content type=\\"md5\\">00000000000000000000000000000000</Content></IndicatorItem>\\n</Indicator></criteria>\\n<parameters/>\\n</OpenIOC>"}]}',
    ),
  ],
];

/** The three derived ids of the one OpenIOC document above, checked for their form and made readable. */
function namedIds(body: string): string {
  const names = ["ROOT", "OR", "ITEM"];
  return body.replaceAll(/id=\\"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\"/g, () => `id=\\"${names.shift()}\\"`);
}

test.each(GOLDEN)("$kind is asked for in exactly this shape", (spec, expected) => {
  const { body } = createRequestRegistry(parseEdrSettings({})).render(order(spec));
  expect(namedIds(body)).toBe(expected);
});

test("all nine kinds have a golden body, a shape and an evidence mark", () => {
  expect(new Set(GOLDEN.map(([spec]) => spec.kind))).toEqual(new Set(ACTION_KINDS));
  const confirmed = ACTION_KINDS.filter((kind) => REQUEST_SHAPES[kind].evidence === "S");
  expect(confirmed).toEqual(["quarantineFile", "deleteFile", "getFile"]);
});

test("[D4] rendering the same order twice gives the same text, so a stored incident can be recognised by it", () => {
  const registry = createRequestRegistry(parseEdrSettings({ correlation: "bodyText" }));
  for (const [spec] of GOLDEN) expect(registry.render(order(spec))).toEqual(registry.render(order(spec)));
  expect(registry.render(order({ kind: "onDemandScan" })).body).not.toContain("act_1");
});

test("the correlation key goes where the site says", () => {
  const render = (correlation: string) =>
    createRequestRegistry(parseEdrSettings({ correlation })).render(order({ kind: "onDemandScan" }));
  expect(render("extraParams").extra).toEqual({ cordonActionId: "act_1" });
  expect(render("extraParams").body).not.toContain("act_1");
  expect(render("bodyMember").extra).toBeUndefined();
});

test.each([
  ["seconds", 3_601],
  ["minutes", 61],
  ["hours", 2],
])("[S6] an isolation counted in %s is never shorter than ordered", (isolationUnit, expected) => {
  const { params } = bodyOf({ kind: "isolateHost", durationSeconds: 3_601 }, { isolationUnit });
  expect(params).toEqual({ isolationTimeout: expected, exclusions: [] });
});

test("a site can correct a shape without a release", () => {
  const shapes = {
    isolateHost: {
      task: "networkIsolation",
      params: { autoTurnoffTimeoutInSec: "{{durationSeconds}}", note: "for {{targetHost}}" },
    },
    quarantineFile: { params: { hashes: ["{{md5?}}", "{{sha256?}}"], where: { path: "{{path=*}}" } } },
  };
  expect(bodyOf({ kind: "isolateHost", durationSeconds: 60 }, { shapes })).toMatchObject({
    task: "networkIsolation",
    params: { autoTurnoffTimeoutInSec: 60, note: `for ${HOST}` },
  });
  expect(bodyOf({ kind: "quarantineFile", md5: MD5 }, { shapes })).toMatchObject({
    task: "quarantineFile",
    params: { hashes: [MD5], where: { path: "*" } },
  });
});

test("a value that looks like JSON or a placeholder stays a value", () => {
  const path = '{{md5}}","task":"isolateHost';
  expect(bodyOf({ kind: "getFile", path })).toMatchObject({ task: "getFile", params: { path } });
});

test.each([
  [
    { shapes: { getFile: { params: { path: "{{pid}}" } } } },
    /shapes\.getFile\.params\.path names an unknown variable "pid"/,
  ],
  [
    { shapes: { quarantineFile: { params: { a: ["{{path}}"] } } } },
    /params\.a\[0\] must say what happens without "path"/,
  ],
  [{ shapes: { getFile: { params: { path: "{{path" } } } }, /a placeholder that is none of/],
  [{ shapes: { getFile: { params: { path: "{{constructor}}" } } } }, /unknown variable "constructor"/],
])("a template that cannot work is refused with its place: %j", (settings, problem) => {
  expect(() => createRequestRegistry(parseEdrSettings(settings))).toThrow(problem);
});

test("wrong settings are refused whole, every field named", () => {
  expect(() => parseEdrSettings({ isolationUnit: "days", areaa: 1, shapes: { isolateHosts: {} } })).toThrow(
    /config\.invalid(?=.*isolationUnit)(?=.*areaa)(?=.*isolateHosts)/,
  );
});

test("task types are recognised in any case, as script names, and under a site's own name", () => {
  const registry = createRequestRegistry(parseEdrSettings({ shapes: { isolateHost: { task: "NetIso" } } }));
  const expected: readonly (readonly [string, ActionKind | undefined])[] = [
    ["isolateHost", "isolateHost"],
    ["ISOLATEHOST.PY", "isolateHost"],
    ["netiso", "isolateHost"],
    ["ioCScan.py", "iocScan"],
    ["ods", undefined],
  ];
  for (const [name, kind] of expected) expect(registry.kindOf(name)).toBe(kind);
});
