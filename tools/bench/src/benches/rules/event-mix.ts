import type { CorrelationEvent, FieldValue } from "@cordon/core/event";
import { epochMs, eventId, type Random, tenantId } from "@cordon/core/kernel";
import { alarmName, type Family, type MixedRule, rangeOf, sha256Of, subnetBase, vendorOf } from "./rule-mix.ts";

/**
 * Events for a set of rules: each is made for one rule, every second one for a rule of another kind as well, and every fifth
 * misses what it was made for by a hair. All else in it is what an ordinary event says. So the matches per event are the
 * same at each size.
 */
export function mixEvents(rules: readonly MixedRule[], count: number, random: Random): readonly CorrelationEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const first = pick(rules, random);
    const own = fieldsFor(first, random);
    let fields: Fields = { ...ordinary(kindOf(first.family), random), ...own };
    if (index % 2 === 0) {
      const second = pick(rules, random);
      const other = fieldsFor(second, random);
      if (kindOf(second.family) === kindOf(first.family) && agree(own, other)) fields = { ...fields, ...other };
    }
    if (index % 5 === 0) fields = { ...fields, Priority: 1, Severity: "low" };
    return {
      tenantId: tenantId("bench"),
      id: eventId(`event-${index}`),
      name: String(fields.Name),
      timestamp: epochMs(1_772_442_847_123 + index),
      fields,
    };
  });
}

type Fields = Readonly<Record<string, FieldValue>>;
/** A KUMA event carries what its source knows: a file, a connection, or an account. */
type Kind = "file" | "network" | "account";

function kindOf(family: Family): Kind {
  switch (family) {
    case "pathPrefix":
    case "pathPrefixAnyCase":
    case "processSuffix":
    case "pathPart":
    case "name":
    case "nested":
      return "file";
    case "subnet":
    case "subnets":
    case "threshold":
    case "urlPart":
    case "namePrefix":
    case "numberRange":
      return "network";
    case "nameList":
    case "hostSuffix":
    case "regex":
      return "account";
  }
}

function agree(left: Fields, right: Fields): boolean {
  return Object.keys(left).every((name) => right[name] === undefined || right[name] === left[name]);
}

function pick(rules: readonly MixedRule[], random: Random): MixedRule {
  return rules[integer(random, rules.length)] as MixedRule;
}

function integer(random: Random, below: number): number {
  return Math.floor(random.float() * below);
}

function ordinary(kind: Kind, random: Random): Fields {
  const host = `ws-${integer(random, 5_000)}`;
  const common = {
    ID: `0d5c0f3e-6d0b-4d1f-9c53-${integer(random, 1e9).toString(16).padStart(12, "0")}`,
    Type: 3,
    Timestamp: 1_772_442_847_123,
    TenantID: "5b1f9c8e-2a57-4d0e-8a44-7d3a6f0c1e22",
    ServiceID: "a1e1d0a2-7f0c-4d36-9d9e-5f2f1c3b7a10",
    ServiceName: "correlator-hq",
    Name: "Correlation alarm",
    CorrelationRuleID: `9a7b0000-0000-4000-8000-${integer(random, 1e9).toString(16).padStart(12, "0")}`,
    CorrelationRuleName: `Ordinary alarm ${integer(random, 300)}`,
    Priority: 4,
    Severity: "high",
    DeviceVendor: "Check Point",
    DeviceProduct: "KUMA",
    BaseEventCount: 1 + integer(random, 9),
    DestinationHostName: `${host}.hq.example`,
  };
  switch (kind) {
    case "file": {
      const file = `report-${integer(random, 9_000)}.docx`;
      return {
        ...common,
        FileName: file,
        FilePath: `C:\\Users\\user${integer(random, 5_000)}\\Documents\\2026\\${file}`,
        FileHash: sha256Of(1e9 + integer(random, 1e9)),
        DestinationUserName: `user${integer(random, 5_000)}`,
      };
    }
    case "network":
      return {
        ...common,
        SourceAddress: `172.16.${integer(random, 256)}.${integer(random, 256)}`,
        SourcePort: 1_024 + integer(random, 60_000),
        DestinationAddress: `192.168.${integer(random, 256)}.${integer(random, 256)}`,
        DestinationPort: 443,
        BytesIn: integer(random, 1e6),
        BytesOut: integer(random, 1e6),
        DeviceCustomNumber1: 50_000_000 + integer(random, 1e6),
        DeviceEventClassID: `traffic-${integer(random, 40)}`,
        RequestUrl: `https://portal-${integer(random, 900)}.example/app/index.html?session=${integer(random, 1e9)}`,
      };
    case "account":
      return {
        ...common,
        SourceUserName: `user${integer(random, 5_000)}`,
        DestinationUserName: `user${integer(random, 5_000)}`,
        DestinationNtDomain: "HQ",
        DeviceEventClassID: `logon-${integer(random, 40)}`,
        Message: `Group membership was read by user${integer(random, 5_000)} from host-x.hq.example`,
      };
  }
}

/** What an event must say to meet the rule. */
function fieldsFor({ family, seed }: MixedRule, random: Random): Fields {
  const low = 1 + integer(random, 60);
  switch (family) {
    case "name":
      return { CorrelationRuleName: alarmName(seed) };
    case "nameList":
      return { CorrelationRuleName: `${alarmName(seed)} ${["a", "b", "c"][integer(random, 3)]}` };
    case "namePrefix":
      return { CorrelationRuleName: `Pack-${seed}/case ${integer(random, 99)}` };
    case "pathPrefix":
      return { DeviceVendor: vendorOf(seed), FilePath: `C:\\ProgramData\\Vendor ${seed}\\bin\\run.dll` };
    case "pathPrefixAnyCase":
      return { DeviceVendor: vendorOf(seed), FilePath: `C:\\Users\\Public\\${seed}\\Downloads\\setup.msi` };
    case "hostSuffix":
      return { DestinationHostName: `ws-${integer(random, 999)}.branch-${seed}.example` };
    case "processSuffix":
      return { FilePath: `C:\\Users\\user${integer(random, 5_000)}\\Downloads\\Invoice-${seed}.exe` };
    case "subnet":
      return { DestinationAddress: `${subnetBase(seed)}.${low}` };
    case "subnets":
      return { DeviceVendor: vendorOf(seed), SourceAddress: `${subnetBase(seed)}.${low}` };
    case "numberRange":
      return { DeviceCustomNumber1: rangeOf(seed)[0] + integer(random, 60) };
    case "threshold":
      return { DeviceEventClassID: `class-${seed}`, BytesOut: 50_000_001 + integer(random, 1e6) };
    case "urlPart":
      return {
        DeviceVendor: vendorOf(seed),
        RequestUrl: `http://cdn.example/a/gate-${seed}.php?id=${integer(random, 1e6)}`,
      };
    case "pathPart":
      return { FilePath: `D:\\Admin\\tool-${seed}\\run.exe` };
    case "nested":
      return { FileHash: sha256Of(seed) };
    case "regex":
      return {
        DeviceVendor: vendorOf(seed),
        DeviceEventClassID: `job-${seed}`,
        Message: `Scheduled task was Created by admin7 from host-${seed}.hq.example`,
      };
  }
}
