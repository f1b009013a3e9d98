import type { RegexEngine } from "@cordon/core/rules";
import { RE2JS } from "re2js";

/** The engine that the apps hand in, for tests of rule files. */
export const re2Engine: RegexEngine = {
  compile(pattern, { ignoreCase }) {
    try {
      const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
      return { ok: true, test: (text) => compiled.test(text) };
    } catch (thrown) {
      return { ok: false, problem: thrown instanceof Error ? thrown.message : String(thrown) };
    }
  },
};
