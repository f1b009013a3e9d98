import { readFileSync } from "node:fs";
import path from "node:path";
import { readBill } from "../bill-of-materials.ts";
import { LICENCE_LIST, renderLicences, unlicensed } from "../licences.ts";
import type { Rule } from "../violation.ts";

/** What is delivered has an allowed licence and stands in the list. */
export const licenceRule: Rule = ({ root }) => {
  const { components } = readBill(root);
  const refused = unlicensed(components).map(({ name, licence }) => ({
    file: "pnpm-lock.yaml",
    line: 0,
    rule: `"${name}" has the licence "${licence}", which is not among the allowed ones: take another library, or allow it in tools/repo-check/src/licences.ts and say why in docs/dependencies.md`,
  }));
  const stale = readFileSync(path.join(root, LICENCE_LIST), "utf8") !== renderLicences(components);
  const rule = "is not what is installed: run `npm run docs:licences` and commit it";
  return stale ? [...refused, { file: LICENCE_LIST, line: 0, rule }] : refused;
};
