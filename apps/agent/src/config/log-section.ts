import * as z from "zod/mini";
import { count, fileName } from "./fields.ts";

export const logSection = z.strictObject({
  level: z._default(z.enum(["debug", "info", "warn", "error", "silent"]), "info"),
  /** JSON lines go to stderr, or are appended to this file. */
  file: z.optional(fileName),
  /** With `file`: how large it grows before it becomes `<file>.1`, how many older ones are kept, and for how long. */
  maxMegabytes: z._default(z.number().check(z.minimum(0.1), z.maximum(1_024)), 16),
  keepFiles: z._default(count(1, 100), 7),
  keepDays: z._default(count(1, 3_650), 30),
});
