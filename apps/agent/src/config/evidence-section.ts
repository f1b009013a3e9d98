import * as z from "zod/mini";
import { count, fileName } from "./fields.ts";

export const evidenceSection = z.strictObject({
  /** False: nobody can list or fetch what lies in this site's quarantines. */
  enabled: z._default(z.boolean(), true),
  /** Largest file that is fetched; KES quarantines at most 100 MB (kaspersky.md 2.7). */
  maxBytes: z._default(count(1, 10 * 1_073_741_824), 100 * 1_048_576),
  /** Where fetched files lie; 0700. `evidence` in the state folder by default. They stay until somebody removes them. */
  folder: z.optional(fileName),
});
