import * as z from "zod";
import { agent } from "./estate.ts";
import { epochMillis } from "./identifiers.ts";

const role = z.enum(["current", "next", "old"]);

/** The coordinator's authorities, and how far the agents are in a rotation. Keys are never in it. */
export const authority = z.object({
  phase: z
    .enum(["steady", "introducing", "replacing"])
    .describe("introducing: agents learn of the new root; replacing: they renew what the old authority signed"),
  bundleVersion: z.number().int().describe("of the roots that agents are told"),
  signer: z.string().describe("the intermediate that signs"),
  roots: z
    .array(z.object({ id: z.string(), fingerprint: z.string(), role, expiresAt: epochMillis, keyHere: z.boolean() }))
    .readonly(),
  signers: z.array(z.object({ id: z.string(), role, expiresAt: epochMillis })).readonly(),
  recovery: z.object({
    publicKey: z.string().describe("base64 of the SPKI form: what agents pin at their enrolment"),
    keyHere: z.boolean().describe("whether its private half still lies on the coordinator's machine"),
    sequence: z
      .number()
      .int()
      .describe("a recovery statement must have a higher one for agents that trust these roots"),
  }),
  agents: z.object({
    total: z.number().int(),
    unconfirmed: z.number().int().describe("those that do not have the present roots on their disk"),
    notRenewed: z.number().int().describe("those whose certificate another intermediate signed"),
    agents: z.array(agent).readonly().describe("some of them"),
  }),
  ready: z.boolean().describe("whether the phase may end without leaving anybody behind"),
});

export const rotationInput = z.strictObject({ what: z.enum(["root", "intermediate"]) });
export const rotationEndInput = z.strictObject({
  force: z.boolean().default(false).describe("also when agents are left behind"),
});

export const recoveryInput = z.strictObject({
  statement: z.string().min(1).max(131_072).describe("base64 of the bytes that were signed"),
  signature: z.string().min(1).max(256).describe("base64, Ed25519"),
  publicKey: z.string().min(1).max(256).describe("base64 of the SPKI form of the recovery key"),
});

/** What a recovery statement must speak of. */
export const trustedRoots = z.object({ roots: z.array(z.string()).readonly() });

export const decommissioned = z.object({
  agent,
  agentsLeft: z.number().int().describe("of the site, that are not revoked"),
  openActions: z
    .number()
    .int()
    .describe("of the site: they wait for another agent until their deadlines, unless they are cancelled"),
});
