import * as z from "zod";

/** What every failing answer looks like, also of unknown routes. `code` is for programs; `message` and `mend` for people. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    mend: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type ErrorBody = z.output<typeof errorBody>;
