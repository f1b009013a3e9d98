import * as z from "zod";
import { count, fileName } from "./fields.ts";

export const logSection = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  /** JSON lines go to stderr, or are appended to this file. */
  file: fileName.optional(),
  /** With `file`: how large it grows before it becomes `<file>.1`, how many older ones are kept, and for how long. */
  maxMegabytes: z.number().min(0.1).max(1_024).default(16),
  keepFiles: count(1, 100).default(7),
  keepDays: count(1, 3_650).default(30),
});
