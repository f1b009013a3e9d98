import { ruleId } from "@cordon/core/kernel";
import type { Condition, Rule, WhenNode } from "@cordon/core/rules";

/**
 * The rules of the benchmark: what response rules for KUMA look like. Most conditions are equalities, then come parts of texts and
 * beginnings, subnets, ends, expressions, as in the public packs (kaspersky.md 3.5), and numbers. They are written broad
 * first (type, priority, vendor, then what is meant), as their authors do. Every rule has values of its own, so that an
 * event meets as many rules in a set of 10,000 as in one of 10.
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

function whenOf(family: Family, seed: number): WhenNode {
  switch (family) {
    case "name":
      return all(equal("Type", 3), atLeast("Priority", 2), equal("CorrelationRuleName", alarmName(seed)));
    case "nameList":
      return all(equal("Type", 3), {
        field: "CorrelationRuleName",
        op: "in",
        value: ["a", "b", "c"].map((letter) => `${alarmName(seed)} ${letter}`),
      });
    case "namePrefix":
      return all(equal("Type", 3), anyCase("CorrelationRuleName", "startsWith", `PACK-${seed}/`));
    case "pathPrefix":
      return all(
        equal("DeviceVendor", vendorOf(seed)),
        text("FilePath", "startsWith", `C:\\ProgramData\\Vendor ${seed}\\`),
      );
    case "pathPrefixAnyCase":
      return all(
        atLeast("Priority", 2),
        equal("DeviceVendor", vendorOf(seed)),
        anyCase("FilePath", "startsWith", `c:\\users\\public\\${seed}\\`),
      );
    case "hostSuffix":
      return all(
        equal("Type", 3),
        atLeast("Priority", 3),
        text("DestinationHostName", "endsWith", `.branch-${seed}.example`),
      );
    case "processSuffix":
      return all(atLeast("Priority", 2), anyCase("FilePath", "endsWith", `\\invoice-${seed}.exe`));
    case "subnet":
      return all(atLeast("Priority", 2), text("DestinationAddress", "inSubnet", `${subnetBase(seed)}.0/24`));
    case "subnets":
      return all(equal("DeviceVendor", vendorOf(seed)), {
        field: "SourceAddress",
        op: "inSubnet",
        value: [`${subnetBase(seed)}.0/25`, `${subnetBase(seed)}.192/26`],
      });
    case "numberRange": {
      const [least, most] = rangeOf(seed);
      return all(atLeast("Priority", 2), atLeast("DeviceCustomNumber1", least), {
        field: "DeviceCustomNumber1",
        op: "<=",
        value: most,
      });
    }
    case "threshold":
      return all(equal("DeviceEventClassID", `class-${seed}`), { field: "BytesOut", op: ">", value: 50_000_000 });
    case "urlPart":
      return all(equal("DeviceVendor", vendorOf(seed)), text("RequestUrl", "contains", `/gate-${seed}.php`));
    case "pathPart":
      return all(atLeast("Priority", 2), anyCase("FilePath", "contains", `\\Tool-${seed}\\`));
    case "nested":
      return all(
        {
          any: [
            equal("FileHash", sha256Of(seed)),
            all(equal("DestinationUserName", `svc-${seed}`), equal("DeviceProduct", "Active Directory")),
            text("CorrelationRuleName", "startsWith", `NEST-${seed}/`),
          ],
        },
        { any: [atLeast("Priority", 4), all(atLeast("Priority", 2), { not: equal("Severity", "low") })] },
      );
    case "regex":
      return all(equal("DeviceVendor", vendorOf(seed)), equal("DeviceEventClassID", `job-${seed}`), {
        field: "Message",
        op: "match",
        value: `(?i)(created|changed) by [a-z0-9]+ from host-${seed}(\\.|$)`,
      });
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
