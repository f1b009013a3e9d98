import * as z from "zod";
import { tenantParams } from "./estate.ts";

export const signingKeyState = z.enum(["in_force", "retired", "revoked"]);

/** `GET /tenants/:tenantId/signing-keys`: the keys that sign the tenant's orders, oldest first. */
export const signingKeys = z.object({
  version: z.number().int().describe("of the list that agents hold; grows with every change"),
  keys: z.array(
    z.object({
      keyId: z.string(),
      publicKey: z.string().describe("base64 of its SPKI form"),
      state: signingKeyState,
      since: z.number().int().describe("version of the list that brought it"),
      createdAt: z.number().int(),
      endedAt: z.number().int().optional(),
    }),
  ),
});

export const signingKeyParams = tenantParams.extend({ keyId: z.string().min(1).max(64) });

/** `POST …/signing-keys/:keyId/end`. `revoke`: it is known to others, and may be the newest; `retire`: a rotation is over. */
export const endSigningKey = z.strictObject({ how: z.enum(["retire", "revoke"]) });
