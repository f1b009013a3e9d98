/** What a field holds. `time` is epoch milliseconds; `texts`, `integers` and `floats` are lists. */
export type FieldType = "text" | "integer" | "float" | "time" | "texts" | "integers" | "floats";

/** Which fields exist and what they hold: rules are checked against it, and the parser reads numbers by it. */
export interface FieldCatalogue {
  /** Undefined: there is no such field. */
  typeOf(name: string): FieldType | undefined;
  /** The fixed names, for suggestions. Fields with a prefix (`Extra.`, `S.` …) are not in it: tenants name them. */
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

/** Sides of an event that carry the same fields (kaspersky.md 3.6). */
function sided(side: "Source" | "Destination"): Record<string, FieldType> {
  return {
    [`${side}AccountID`]: "text",
    [`${side}Address`]: "text",
    [`${side}AssetID`]: "text",
    [`${side}City`]: "text",
    [`${side}Country`]: "text",
    [`${side}DnsDomain`]: "text",
    [`${side}HostName`]: "text",
    [`${side}Latitude`]: "float",
    [`${side}Longitude`]: "float",
    [`${side}MacAddress`]: "text",
    [`${side}NtDomain`]: "text",
    [`${side}Organization`]: "text",
    [`${side}Port`]: "integer",
    [`${side}ProcessID`]: "integer",
    [`${side}ProcessName`]: "text",
    [`${side}Region`]: "text",
    [`${side}ServiceName`]: "text",
    [`${side}TranslatedAddress`]: "text",
    [`${side}TranslatedPort`]: "integer",
    [`${side}UserID`]: "text",
    [`${side}UserName`]: "text",
    [`${side}UserPrivileges`]: "text",
  };
}

/** `DeviceCustomString1` … and the label that says what the customer keeps in it. */
function numbered(stem: string, count: number, type: FieldType): Record<string, FieldType> {
  const fields: Record<string, FieldType> = {};
  for (let index = 1; index <= count; index++) {
    fields[`${stem}${index}`] = type;
    fields[`${stem}${index}Label`] = "text";
  }
  return fields;
}

function texts(names: string): Record<string, FieldType> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, "text"]));
}

/** KUMA's normalised event model (kaspersky.md 3.6). Names are case-sensitive. */
const KUMA_FIELDS: Readonly<Record<string, FieldType>> = {
  ...texts(`ID TenantID ServiceID ServiceName AggregationRuleID AggregationRuleName CorrelationRuleID CorrelationRuleName
    Raw Code TI SpaceID ReplayID`),
  Timestamp: "time",
  Type: "integer",
  Priority: "integer",
  BaseEventCount: "integer",
  Score: "float",
  BaseEventIDs: "texts",
  AffectedAssets: "texts",
  GroupedBy: "texts",
  TICategories: "texts",
  ...sided("Source"),
  ...sided("Destination"),
  ...texts(`DeviceVendor DeviceProduct DeviceVersion DeviceEventClassID DeviceEventCategory DeviceAction DeviceAddress
    DeviceAssetID DeviceHostName DeviceNtDomain DeviceDnsDomain DeviceFacility DeviceExternalID DevicePayloadID
    DeviceProcessName DeviceDirection DeviceTimeZone DeviceTranslatedAddress DeviceMacAddress DeviceInboundInterface
    DeviceOutboundInterface`),
  DeviceProcessID: "integer",
  DeviceReceiptTime: "time",
  ...texts(`FileName FilePath FileHash FileType FilePermission FileID OldFileName OldFilePath OldFileHash OldFileType
    OldFilePermission RequestUrl RequestMethod RequestContext RequestClientApplication RequestCookies`),
  FileSize: "integer",
  OldFileSize: "integer",
  FileCreateTime: "time",
  FileModificationTime: "time",
  ...texts(`Name Message Reason Severity EventOutcome ExternalID Tactic Technique ApplicationProtocol
    TransportProtocol`),
  BytesIn: "integer",
  BytesOut: "integer",
  StartTime: "time",
  EndTime: "time",
  ...numbered("DeviceCustomString", 6, "text"),
  ...numbered("DeviceCustomNumber", 3, "integer"),
  ...numbered("DeviceCustomDate", 2, "time"),
  ...numbered("DeviceCustomFloatingPoint", 4, "float"),
  ...numbered("DeviceCustomIPv6Address", 4, "text"),
  ...numbered("FlexString", 2, "text"),
  ...numbered("FlexNumber", 2, "integer"),
  ...numbered("FlexDate", 1, "time"),
};

/** Tenant-defined fields: the free map `Extra` and KUMA's extended schema with its type prefixes (kaspersky.md 3.6). */
const PREFIXES: readonly (readonly [prefix: string, type: FieldType])[] = [
  ["Extra.", "text"],
  ["S.", "text"],
  ["SA.", "texts"],
  ["N.", "integer"],
  ["NA.", "integers"],
  ["F.", "float"],
  ["FA.", "floats"],
];

const TYPES: ReadonlyMap<string, FieldType> = new Map(Object.entries(KUMA_FIELDS));

export const KUMA_CATALOGUE: FieldCatalogue = {
  typeOf(name) {
    const fixed = TYPES.get(name);
    if (fixed !== undefined) return fixed;
    for (const [prefix, type] of PREFIXES) {
      if (name.length > prefix.length && name.startsWith(prefix)) return type;
    }
    return undefined;
  },
  names: [...TYPES.keys()],
  prefixes: PREFIXES.map(([prefix]) => prefix),
};
