import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";

/** A component of CycloneDX JSON, as far as it is read here. */
export interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly "bom-ref": string;
  readonly licenses?: readonly {
    readonly expression?: string;
    readonly license?: { readonly id?: string; readonly name?: string };
  }[];
}

export interface Bill {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const MAX_BYTES = 64 * 1024 * 1024;
/** What is delivered: the programs with everything that they bring, and the Node that the root pins. */
const DELIVERED = ["--filter", "cordon", "--filter", "./apps/*"];

/**
 * Everything that is delivered with Cordon as CycloneDX 1.6, out of the lockfile and the installed packages. Of packages for
 * one platform it has those of this machine. Throws when nothing is installed.
 */
export function readBill(root: string): Bill {
  const windows = process.platform === "win32";
  const pnpm = path.join(root, "node_modules", ".bin", windows ? "pnpm.cmd" : "pnpm");
  const format = ["--sbom-format", "cyclonedx", "--sbom-spec-version", "1.6", "--sbom-type", "application"];
  const text = execFileSync(pnpm, [...DELIVERED, "sbom", "--prod", ...format], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: MAX_BYTES,
    shell: windows,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return settle(JSON.parse(text) as Bill);
}

/** The same packages give the same bytes: lists in order, no time, and a serial number that follows from what is in it. */
export function settle(bill: Bill): Bill {
  const { timestamp: _, ...metadata } = bill.metadata;
  const components = bill.components.toSorted((a, b) => compare(a["bom-ref"], b["bom-ref"]));
  const dependencies = bill.dependencies
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.toSorted(compare) }))
    .toSorted((a, b) => compare(a.ref, b.ref));
  const settled = { ...bill, metadata, components, dependencies };
  return { ...settled, serialNumber: serialOf(JSON.stringify({ ...settled, serialNumber: "" })) };
}

/** A UUID of version 8. */
function serialOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) & 3];
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
