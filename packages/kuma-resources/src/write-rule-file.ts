import { printWhenPretty } from "@cordon/core/rules";
import { Document, Scalar } from "yaml";
import type { ImportedRule } from "./import-resources.ts";

/** Rules as a rule file, conditions in code mode: what their authors know from KUMA. */
export function writeRuleFile(rules: readonly ImportedRule[]): string {
  // Each rule stands for itself: an alias to the first one's target would tie them together.
  const document = new Document({ version: 1, rules: rules.map(toFile) }, { aliasDuplicateObjects: false });
  document.commentBefore = " Imported from KUMA. Every rule observes: read it, then set mode: enforce.";
  return document.toString({ lineWidth: 120 });
}

/** What the rule file's schema takes at most. */
const NAME_CHARS_MAX = 128;
const DESCRIPTION_CHARS_MAX = 4_000;

function toFile({ id, name, description, kumaId, when, target, action }: ImportedRule): Record<string, unknown> {
  return {
    id,
    name: name.slice(0, NAME_CHARS_MAX),
    ...(description === "" ? {} : { description: description.slice(0, DESCRIPTION_CHARS_MAX) }),
    ...(kumaId === "" ? {} : { labels: { "kuma-id": kumaId.slice(0, 128) } }),
    mode: "observe",
    when: block(printWhenPretty(when)),
    target,
    actions: [
      { kind: action.kind, ...(Object.keys(action.arguments).length === 0 ? {} : { arguments: action.arguments }) },
    ],
  };
}

/** Backslashes of paths stay as they are in a block; in quotes each would have to be doubled once more. */
function block(text: string): Scalar {
  const scalar = new Scalar(`${text}\n`);
  scalar.type = Scalar.BLOCK_LITERAL;
  return scalar;
}
