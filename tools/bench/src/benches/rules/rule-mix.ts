import { ruleId } from "@cordon/core/kernel";
import type { Condition, Rule, WhenNode } from "@cordon/core/rules";

/**
 * The rules of the benchmark: what response rules for KUMA look like. Most conditions are equalities, then come parts of texts and
 * beginnings, subnets, ends, expressions, as in the public packs (kaspersky.md 3.5), and numbers. They are written broad
 * first, as their authors do: the event's type (the example in 3.3), its priority, a vendor, then what is meant, then what is
 * left out of it; four conditions each, where the packs have six. Every rule has values of its own, so that an event meets
 * as many rules in a set of 10,000 as in one of 10.
 */
export const FAMILIES = [
  "name",
  "namePrefix",
  "subnet",
  "pathPart",
  "nameList",
  "hostSuffix",
  "numberRange",
  "nested",
  "processSuffix",
  "urlPart",
  "pathPrefix",
  "threshold",
  "pathPrefixAnyCase",
  "subnets",
  "regex",
] as const;

export type Family = (typeof FAMILIES)[number];

/** How many of each 40 rules belong to a family. */
const SHARES: Readonly<Record<Family, number>> = {
  name: 7,
  namePrefix: 4,
  subnet: 3,
  pathPart: 3,
  nameList: 4,
  hostSuffix: 2,
  numberRange: 2,
  nested: 3,
  processSuffix: 2,
  urlPart: 2,
  pathPrefix: 2,
  threshold: 2,
  pathPrefixAnyCase: 2,
  subnets: 1,
  regex: 1,
};

const TURN: readonly Family[] = dealt();

export interface MixedRule {
  readonly rule: Rule;
  readonly family: Family;
  /** What its own values are made from. */
  readonly seed: number;
}

export function mixRules(count: number): readonly MixedRule[] {
  return Array.from({ length: count }, (_, seed) => {
    const family = TURN[seed % TURN.length] as Family;
    const id = `bench-${String(seed).padStart(5, "0")}`;
    return { family, seed, rule: toRule(id, whenOf(family, seed)) };
  });
}

export const VENDORS = ["Microsoft", "Kaspersky", "Cisco", "Linux", "Fortinet"] as const;

export function vendorOf(seed: number): string {
  return VENDORS[seed % VENDORS.length] as string;
}

export const TACTICS = ["Execution", "Persistence", "Lateral Movement", "Exfiltration", "Impact", "Discovery"] as const;

export function alarmName(seed: number): string {
  return `${TACTICS[seed % TACTICS.length]} alarm ${seed}`;
}

/** 10.x.y.0/24: a subnet for every number up to 65,535. */
export function subnetBase(seed: number): string {
  return `10.${seed >> 8}.${seed & 255}`;
}

/** Looks like one: what differs stands in front, as in real ones. */
export function sha256Of(seed: number): string {
  const scattered = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return scattered.toString(16).padStart(8, "0").repeat(8);
}

/** A custom number's range is its own too. */
export function rangeOf(seed: number): readonly [least: number, most: number] {
  return [seed * 100 + 20, seed * 100 + 79];
}

/** What most rules begin and some end with, around what their family means. */
function whenOf(family: Family, seed: number): WhenNode {
  const broad: readonly WhenNode[] = [equal("Type", 3), atLeast("Priority", seed % 4 === 3 ? 3 : 2)];
  const exception: WhenNode = { not: text("DestinationHostName", "startsWith", "lab-") };
  return { all: [...broad, ...meantBy(family, seed), ...(seed % 3 === 0 ? [exception] : [])] };
}

function meantBy(family: Family, seed: number): readonly WhenNode[] {
  const vendor = equal("DeviceVendor", vendorOf(seed));
  switch (family) {
    case "name":
      return [equal("CorrelationRuleName", alarmName(seed))];
    case "nameList": {
      const names = ["a", "b", "c"].map((letter) => `${alarmName(seed)} ${letter}`);
      return [{ field: "CorrelationRuleName", op: "in", value: names }];
    }
    case "namePrefix":
      return [anyCase("CorrelationRuleName", "startsWith", `PACK-${seed}/`)];
    case "pathPrefix":
      return [vendor, text("FilePath", "startsWith", `C:\\ProgramData\\Vendor ${seed}\\`)];
    case "pathPrefixAnyCase":
      return [vendor, anyCase("FilePath", "startsWith", `c:\\users\\public\\${seed}\\`)];
    case "hostSuffix":
      return [text("DestinationHostName", "endsWith", `.branch-${seed}.example`)];
    case "processSuffix":
      return [anyCase("FilePath", "endsWith", `\\invoice-${seed}.exe`)];
    case "subnet":
      return [text("DestinationAddress", "inSubnet", `${subnetBase(seed)}.0/24`)];
    case "subnets": {
      const subnets = [`${subnetBase(seed)}.0/25`, `${subnetBase(seed)}.192/26`];
      return [vendor, { field: "SourceAddress", op: "inSubnet", value: subnets }];
    }
    case "numberRange": {
      const [least, most] = rangeOf(seed);
      return [atLeast("DeviceCustomNumber1", least), { field: "DeviceCustomNumber1", op: "<=", value: most }];
    }
    case "threshold":
      return [equal("DeviceEventClassID", `class-${seed}`), { field: "BytesOut", op: ">", value: 50_000_000 }];
    case "urlPart":
      return [vendor, text("RequestUrl", "contains", `/gate-${seed}.php`)];
    case "pathPart":
      return [anyCase("FilePath", "contains", `\\Tool-${seed}\\`)];
    case "nested":
      return [
        {
          any: [
            equal("FileHash", sha256Of(seed)),
            all(equal("DestinationUserName", `svc-${seed}`), equal("DeviceProduct", "Active Directory")),
            text("CorrelationRuleName", "startsWith", `NEST-${seed}/`),
          ],
        },
        { any: [atLeast("Priority", 4), all(atLeast("BaseEventCount", 3), { not: equal("Severity", "low") })] },
      ];
    case "regex": {
      const expression = `(?i)(created|changed) by [a-z0-9]+ from host-${seed}(\\.|$)`;
      return [vendor, equal("DeviceEventClassID", `job-${seed}`), { field: "Message", op: "match", value: expression }];
    }
  }
}

function toRule(id: string, when: WhenNode): Rule {
  return {
    id: ruleId(id),
    name: `Benchmark rule ${id}`,
    mode: "enforce",
    priority: 500,
    continue: true,
    when,
    target: [{ by: "fqdn", field: "DestinationHostName" }],
    actions: [{ kind: "isolateHost", arguments: { durationSeconds: 3_600 } }],
    limits: { coolDownMs: 3_600_000 },
  };
}

function all(...nodes: readonly WhenNode[]): WhenNode {
  return { all: nodes };
}

function equal(field: string, value: string | number): Condition {
  return { field, op: "=", value };
}

function atLeast(field: string, value: number): Condition {
  return { field, op: ">=", value };
}

function anyCase(field: string, op: "contains" | "startsWith" | "endsWith", value: string): Condition {
  return { field, op, value, ignoreCase: true };
}

function text(field: string, op: "contains" | "startsWith" | "endsWith" | "inSubnet", value: string): Condition {
  return { field, op, value };
}

/** The families dealt out evenly: whatever the number of rules, the mix is the same. The first ten are ten kinds. */
function dealt(): readonly Family[] {
  const left = { ...SHARES };
  const turn: Family[] = [];
  while (FAMILIES.some((family) => left[family] > 0)) {
    for (const family of FAMILIES) {
      if (left[family] === 0) continue;
      left[family]--;
      turn.push(family);
    }
  }
  return turn;
}
