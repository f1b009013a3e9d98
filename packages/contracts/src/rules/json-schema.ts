import * as z from "zod";
import { ruleFileSchema } from "./rule-file-schema.ts";

/** The JSON Schema (2020-12) of a rule file, for editors: committed as `schema/rules.schema.json`. */
export function ruleFileJsonSchema(): unknown {
  return z.toJSONSchema(ruleFileSchema, { io: "input", reused: "inline" });
}
