import type { FuzzTarget } from "./target.ts";
import { auditExports } from "./targets/audit-exports.ts";
import { certificates, enrolmentTokens, requests } from "./targets/certificates.ts";
import { events, ndjson } from "./targets/events.ts";
import { frames } from "./targets/frames.ts";
import { kscReplies } from "./targets/ksc-replies.ts";
import { kumaResources } from "./targets/kuma-resources.ts";
import { ledgerFile } from "./targets/ledger-file.ts";
import { csvLists, jsonLists, listsFiles } from "./targets/lists.ts";
import { releaseManifests } from "./targets/release-manifests.ts";
import { codeMode, rolloutFiles, ruleFiles, ruleTests, sitePolicies } from "./targets/rule-files.ts";
import { signedOrders } from "./targets/signed-orders.ts";

export const TARGETS: readonly FuzzTarget[] = [
  frames,
  signedOrders,
  auditExports,
  events,
  ndjson,
  ruleFiles,
  codeMode,
  ruleTests,
  rolloutFiles,
  sitePolicies,
  kumaResources,
  kscReplies,
  ledgerFile,
  certificates,
  requests,
  enrolmentTokens,
  csvLists,
  jsonLists,
  listsFiles,
  releaseManifests,
];

export function targetOf(name: string): FuzzTarget | undefined {
  return TARGETS.find((target) => target.name === name);
}
