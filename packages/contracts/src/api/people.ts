import * as z from "zod";
import { epochMillis } from "./identifiers.ts";
import { pageOf } from "./page.ts";

export const personName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    "must be 1-64 characters of a-z, 0-9 and inner dots, dashes and underscores",
  );

export const personParams = z.strictObject({ name: personName });

export const person = z.object({
  name: z.string(),
  addedAt: epochMillis,
  addedBy: z.string(),
  signIn: z
    .object({
      issuer: z.string(),
      subject: z.string(),
      displayName: z.string(),
      groups: z.array(z.string()).readonly(),
      lastAt: epochMillis,
    })
    .optional()
    .describe("at an OpenID provider, as it told at the last login; absent: the person has a token"),
  removed: z.object({ at: epochMillis, by: z.string() }).optional().describe("absent while the person may come in"),
});

export const newPerson = person.extend({ token: z.string().describe("shown here and never again") });
export const personPage = pageOf(person);
