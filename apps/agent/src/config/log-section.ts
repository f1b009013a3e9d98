import * as z from "zod";
import { fileName } from "./fields.ts";

export const logSection = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  /** JSON lines go to stderr, or are appended to this file. */
  file: fileName.optional(),
});
