import { ACTION_KINDS, ARGUMENT_NAMES } from "@cordon/core/action";
import { RULE_LIMITS } from "@cordon/core/rules";
import * as z from "zod";
import { ruleActionSchema, ruleFileSchema, ruleSchema } from "./rule-file-schema.ts";
import { THEN, whenSchema } from "./when-schema.ts";

/** What each argument is, as editors show it. */
const ARGUMENT_NOTES: Readonly<Record<string, string>> = {
  indicators: "a list of {type, value}; type: md5, sha256, filePath, fileName, ipAddress, domain, url",
  path: "a full path on the endpoint",
  md5: "32 hex digits",
  sha256: "64 hex digits",
  searchInSubfolders: "true or false",
  durationSeconds: "how long the endpoint's own timer runs, in seconds (at least 60)",
  holdSeconds: "how long the isolation is wanted; when longer than durationSeconds, it is renewed until then",
  exclusions: "traffic that stays allowed: {direction, protocol, remoteAddress, localPorts, remotePorts}",
  pid: "a process id",
  arguments: "the command line behind the path",
  workingDirectory: "a full path on the endpoint",
};

/** Which arguments a kind takes: zod asks for that afterwards, with a suggestion; editors are told it here. */
const ARGUMENTS_BY_KIND = ACTION_KINDS.map((kind) => ({
  if: { properties: { kind: { const: kind } }, required: ["kind"] },
  [THEN]: {
    properties: {
      arguments: {
        properties: Object.fromEntries(
          ARGUMENT_NAMES[kind].map((name) => [name, { description: ARGUMENT_NOTES[name] ?? `a ${name} to look for` }]),
        ),
        additionalProperties: false,
      },
    },
  },
}));

const codeMode = z
  .string()
  .min(1)
  .max(RULE_LIMITS.codeCharsMax)
  .describe("a line of KUMA's code mode: DeviceVendor = 'Kaspersky' AND Priority >= 3");

/** Of the file as it is written: code mode becomes a tree before `ruleFileSchema` sees it. */
const writtenFileSchema = ruleFileSchema.extend({
  rules: z.array(
    ruleSchema.extend({
      when: z.union([codeMode, whenSchema]),
      actions: z.array(ruleActionSchema.meta({ allOf: ARGUMENTS_BY_KIND })).min(1),
    }),
  ),
});

/** The JSON Schema (2020-12) of a rule file, for editors: committed as `schema/rules.schema.json`. */
export function ruleFileJsonSchema(): unknown {
  return z.toJSONSchema(writtenFileSchema.meta({ title: "Cordon response rules" }), {
    io: "input",
    reused: "inline",
  });
}
