import type { RegexEngine } from "@cordon/core/rules";
import { RE2JS } from "re2js";

/** RE2: time linear in the text, whatever pattern and text say. */
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
