import { KUMA_CATALOGUE } from "@cordon/core/event";
import {
  type CompiledRuleSet,
  compileRules,
  type Evaluation,
  evaluate,
  type RegexEngine,
  type Rule,
} from "@cordon/core/rules";
import { RE2JS } from "re2js";
import type { RulesEngine } from "./engine.ts";

/** The production engine, with the expressions that the apps give it, on events as they come. */
export const cordon: RulesEngine = {
  name: "Cordon",
  async prepare(rules, events) {
    const ruleSet = compileBenchRules(rules);
    const places = new Map(rules.map(({ id }, place) => [id, place]));
    return {
      ask(eventPlace) {
        const event = events[eventPlace];
        if (event === undefined) throw new RangeError(`there is no event ${eventPlace}`);
        return evaluate(ruleSet, event);
      },
      placesIn: (answer) => (answer as Evaluation).matches.map(({ rule }) => places.get(rule.id) ?? -1),
      close() {},
    };
  },
};

export function compileBenchRules(rules: readonly Rule[]): CompiledRuleSet {
  const compilation = compileRules(rules, { regex: RE2, catalogue: KUMA_CATALOGUE });
  if (compilation.ok) return compilation.ruleSet;
  throw new Error(`The rules of the benchmark do not compile: ${compilation.problems[0]?.message}`);
}

const RE2: RegexEngine = {
  compile(pattern, { ignoreCase }) {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { ok: true, test: (text) => compiled.test(text) };
  },
};
