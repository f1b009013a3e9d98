import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import * as CDX from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import type { BuildInfo } from "./build-info.ts";
import type { BundledPackage } from "./bundled-packages.ts";
import type { Target } from "./targets.ts";

export interface BillInput {
  readonly info: BuildInfo;
  readonly target: Target;
  /** The finished executable. */
  readonly sha256: string;
  readonly packages: readonly BundledPackage[];
  readonly agentDependsOn: readonly string[];
  readonly node: {
    readonly version: string;
    /** Of the Node binary that was packed. */
    readonly sha256: string;
    /** `process.versions` of that Node: OpenSSL, V8, SQLite and what else is compiled into it. */
    readonly parts: Readonly<Record<string, string | undefined>>;
  };
}

/**
 * The bill of materials of one executable as CycloneDX 1.6 JSON, checked against the schema of the standard. The same input
 * gives the same bytes. Throws when it does not fit the schema.
 */
export async function billOfMaterials(input: BillInput): Promise<string> {
  const text = new CDX.Serialize.JsonSerializer(new CDX.Serialize.JSON.Normalize.Factory(CDX.Spec.Spec1dot6)).serialize(
    makeBom(input),
    { sortLists: true, space: 2 },
  );
  const problem = await new CDX.Validation.JsonStrictValidator(CDX.Spec.Version.v1dot6).validate(text);
  if (problem !== null) throw new Error(`the bill of materials is no CycloneDX 1.6: ${JSON.stringify(problem)}`);
  return `${text}\n`;
}

function makeBom({ info, target, sha256, packages, agentDependsOn, node }: BillInput): CDX.Models.Bom {
  const agent = new CDX.Models.Component(CDX.Enums.ComponentType.Application, "cordon-agent", {
    bomRef: `cordon-agent@${info.version}`,
    version: info.version,
    description: "The site agent of Cordon, as one file",
    hashes: sha256Of(sha256),
    licenses: licensesOf("Apache-2.0"),
    properties: new CDX.Models.PropertyRepository([
      new CDX.Models.Property("cordon:target", target),
      ...(info.commit === undefined ? [] : [new CDX.Models.Property("cordon:commit", info.commit)]),
    ]),
  });
  const libraries = new Map(packages.map((one) => [one.id, libraryOf(one)]));
  const refsOf = (ids: readonly string[]) =>
    ids.flatMap((id) => {
      const found = libraries.get(id);
      return found === undefined ? [] : [found.bomRef];
    });
  for (const one of packages) {
    for (const ref of refsOf(one.dependsOn)) libraries.get(one.id)?.dependencies.add(ref);
  }
  const runtime = runtimeOf(node);
  for (const ref of [...refsOf(agentDependsOn), runtime.bomRef]) agent.dependencies.add(ref);
  return new CDX.Models.Bom({
    serialNumber: serialOf(sha256),
    metadata: new CDX.Models.Metadata({ timestamp: new Date(info.builtAt), component: agent }),
    components: new CDX.Models.ComponentRepository([...libraries.values(), runtime]),
  });
}

function libraryOf({ name, version, license, homepage }: BundledPackage): CDX.Models.Component {
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const purl = new PackageURL("npm", group, short ?? name, version, undefined, undefined).toString();
  const component = new CDX.Models.Component(CDX.Enums.ComponentType.Library, short ?? name, {
    bomRef: purl,
    ...(group === undefined ? {} : { group }),
    version,
    purl,
    ...(license === undefined ? {} : { licenses: licensesOf(license) }),
  });
  if (homepage !== undefined && URL.canParse(homepage)) {
    const type = CDX.Enums.ExternalReferenceType.Website;
    component.externalReferences.add(new CDX.Models.ExternalReference(homepage, type));
  }
  return component;
}

/** Scanners find Node's own advisories by the CPE, and those of what is compiled into it by name and version. */
function runtimeOf({ version, sha256, parts }: BillInput["node"]): CDX.Models.Component {
  const runtime = new CDX.Models.Component(CDX.Enums.ComponentType.Platform, "node", {
    bomRef: `node@${version}`,
    version,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: new PackageURL("generic", undefined, "node", version, undefined, undefined).toString(),
    hashes: sha256Of(sha256),
    licenses: licensesOf("MIT"),
  });
  for (const [name, partVersion] of Object.entries(parts)) {
    // `modules` and `napi` are interface numbers, `node` is the runtime itself.
    if (partVersion === undefined || ["node", "modules", "napi"].includes(name)) continue;
    runtime.components.add(
      new CDX.Models.Component(CDX.Enums.ComponentType.Library, name, {
        bomRef: `node@${version}/${name}@${partVersion}`,
        version: partVersion,
        purl: new PackageURL("generic", undefined, name, partVersion, undefined, undefined).toString(),
      }),
    );
  }
  return runtime;
}

/** It comes without types; it throws at what is no SPDX expression. */
const parseSpdx = createRequire(import.meta.url)("spdx-expression-parse") as (text: string) => unknown;
const LICENSES = new CDX.Contrib.License.Factories.LicenseFactory(parseSpdx);

function licensesOf(text: string): CDX.Models.LicenseRepository {
  return new CDX.Models.LicenseRepository([LICENSES.makeFromString(text)]);
}

function sha256Of(hex: string): CDX.Models.HashDictionary {
  return new CDX.Models.HashDictionary([[CDX.Enums.HashAlgorithm["SHA-256"], hex]]);
}

/** A UUID of version 8 that follows from the executable, so that the bill is as reproducible as the file it is about. */
function serialOf(sha256: string): string {
  const hex = createHash("sha256").update(`bill of materials of ${sha256}`).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) & 3];
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
