import { KUMA_CATALOGUE } from "@cordon/core/event";
import { importResources, readResources } from "@cordon/kuma-resources";
import { asText, type FuzzTarget, promised, utf8 } from "../target.ts";

const NODE = {
  group: false,
  or: false,
  not: false,
  conditions: [],
  leftKind: "event",
  leftField: "DeviceVendor",
  op: "=",
  rightKind: "constant",
  constant: "Microsoft",
  list: [],
  ignoreCase: true,
  filter: null,
};
const FILTER = {
  id: "f1",
  kind: "filter",
  name: "Vendor",
  encoded: { _id: "f1", kind: "filter", name: "Vendor", payload: { id: "f1", name: "Vendor", ...NODE } },
};
const RESPONSE = {
  id: "r1",
  kind: "responseRule",
  name: "Isolate",
  payload: {
    kind: "script",
    scriptName: "isolateHost.py",
    scriptArgs: "--host {{.DestinationHostName}} --duration 3600",
    filter: {
      ...NODE,
      group: true,
      conditions: [
        NODE,
        { ...NODE, op: "inSubnet", leftField: "SourceAddress", constant: "10.0.0.0/8" },
        { ...NODE, filter: { ...NODE, id: "f1" } },
      ],
    },
  },
};

export const kumaResources: FuzzTarget = {
  name: "kuma-resources",
  summary: "resources exported from KUMA, up to the imported rules",
  shape: "json",
  seeds: [
    FILTER,
    [FILTER, RESPONSE],
    { resources: [RESPONSE, { id: "l1", kind: "activeList", name: "accounts" }] },
  ].map((value) => utf8(JSON.stringify(value))),
  words: [
    "filter",
    "conditions",
    "inActiveList",
    "hasBit",
    "match",
    "leftField",
    "rightKind",
    "event",
    "list",
    "activeList",
    "payload",
    "kind",
    "responseRule",
    "script",
    "vulns",
    "{{.Name}}",
    "--ioc",
    "or",
    "not",
    "group",
  ],
  bytesMax: 32_768,
  run(input) {
    const read = readResources(asText(input));
    if (!read.ok) return;
    const target = [{ by: "hostId", field: "S.KscHostID" }] as const;
    const imported = importResources(read.resources, {
      catalogue: KUMA_CATALOGUE,
      target,
      filterAction: "isolateHost",
    });
    promised(imported.report.length === read.resources.length, "as many reports come out as resources go in");
  },
};
