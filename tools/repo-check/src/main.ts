import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readBill } from "./bill-of-materials.ts";
import { LICENCE_LIST, renderLicences } from "./licences.ts";
import { renderErrorDocs } from "./render-error-docs.ts";
import { ERROR_DOCS, errorDocsRule } from "./rules/error-docs.ts";
import { evidenceRule } from "./rules/evidence.ts";
import { hygieneRules } from "./rules/hygiene.ts";
import { layerRules } from "./rules/layers.ts";
import { licenceRule } from "./rules/licences.ts";
import { purityRules } from "./rules/purity.ts";
import { readWorkspace } from "./workspace.ts";

/** The rules of the repository, run by the build instead of remembered. */
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

if (process.argv.includes("--write-errors")) writeFileSync(path.join(root, ERROR_DOCS), renderErrorDocs());
if (process.argv.includes("--write-licences")) {
  writeFileSync(path.join(root, LICENCE_LIST), renderLicences(readBill(root).components));
}

const workspace = readWorkspace(root);
const violations = [layerRules, purityRules, hygieneRules, errorDocsRule, licenceRule, evidenceRule].flatMap((rule) =>
  rule(workspace),
);
for (const { file, line, rule } of violations) console.error(`${file}${line > 0 ? `:${line}` : ""}  ${rule}`);
console.error(
  violations.length === 0
    ? `repo-check: ${workspace.sources.length} files keep the rules.`
    : `repo-check: ${violations.length} broken.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
