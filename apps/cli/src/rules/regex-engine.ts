import type { RegexEngine } from "@cordon/core/rules";
import { RE2JS } from "re2js";

/** RE2, as the coordinator has it: what is right here is right there. */
export const re2Engine: RegexEngine = {
  compile(pattern, { ignoreCase }) {
    try {
      const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
      return { ok: true, test: (text) => compiled.test(text) };
    } catch (error) {
      return { ok: false, problem: error instanceof Error ? error.message : String(error) };
    }
  },
};
