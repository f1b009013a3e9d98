import * as z from "zod/mini";

export const coordinatorSection = z.strictObject({
  /** `wss://host:port`, when it is not the address that enrolment gave. */
  url: z.optional(z.url({ protocol: /^wss$/, error: "must be wss://host:port" })),
});
