import * as z from "zod";

export const coordinatorSection = z.strictObject({
  /** `wss://host:port`, when it is not the address that enrolment gave. */
  url: z.url({ protocol: /^wss$/, error: "must be wss://host:port" }).optional(),
});
