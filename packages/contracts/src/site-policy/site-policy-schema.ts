import { ARGUMENT_LIMITS } from "@cordon/core/action";
import { KINDS_AND_CLASSES, SITE_POLICY_LIMITS } from "@cordon/core/site-policy";
import * as z from "zod";
import { DURATION } from "../rules/duration.ts";

const duration = z.string().regex(DURATION, "must be a duration like 30m, 4h or 7d");
const pattern = z.string().min(1).max(255);
const paths = z.array(z.string().min(1).max(ARGUMENT_LIMITS.pathCharsMax)).min(1).max(SITE_POLICY_LIMITS.pathsMax);
const kinds = z.array(z.enum(KINDS_AND_CLASSES)).max(KINDS_AND_CLASSES.length);
const someKinds = kinds.min(1);
const clockTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in quotes, like "18:30"');

export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export const pathLimitsSchema = z.strictObject({
  /** Only these; `*` stands for any characters. */
  onlyPaths: paths.optional(),
  /** All but these. */
  exceptPaths: paths.optional(),
});

export const limitsSchema = z.strictObject({
  /** Longest timer of one isolation, and longest time it may be renewed for. */
  isolateHost: z.strictObject({ duration: duration.optional(), hold: duration.optional() }).optional(),
  iocScan: z.strictObject({ indicators: z.int().min(1).max(ARGUMENT_LIMITS.indicatorsMax) }).optional(),
  quarantineFile: pathLimitsSchema.optional(),
  deleteFile: pathLimitsSchema.optional(),
  getFile: pathLimitsSchema.optional(),
  preventExecution: pathLimitsSchema.optional(),
  startProcess: pathLimitsSchema.optional(),
  terminateProcess: pathLimitsSchema.optional(),
});

/** Exactly one of `host`, `name`, `address` and `group`; the reader says so. */
export const protectionSchema = z.strictObject({
  /** KSC host id. */
  host: z.string().min(1).max(128).optional(),
  /** FQDN, host name or KSC's display name, with `*` and `?`. */
  name: pattern.optional(),
  /** One address or a subnet like 10.0.0.0/8. */
  address: z.string().min(1).max(64).optional(),
  /** KSC administration group, with `*` and `?`. */
  group: pattern.optional(),
  /** What is kept from it; everything by default. */
  from: someKinds.default(["all"]),
  reason: z.string().max(500).default(""),
});

export const windowSchema = z.strictObject({
  for: someKinds,
  /** Days on which the window begins; every day by default. */
  days: z
    .array(z.enum(DAYS))
    .min(1)
    .max(7)
    .default([...DAYS]),
  /** The whole day by default; `to` at or before `from` reaches into the next day. */
  from: clockTime.default("00:00"),
  to: clockTime.default("00:00"),
});

export const hoursSchema = z.strictObject({
  /** IANA name, like Europe/Berlin. */
  timeZone: z.string().min(1).max(64),
  windows: z.array(windowSchema).min(1).max(SITE_POLICY_LIMITS.windowsMax),
});

export const capSchema = z.strictObject({
  for: someKinds,
  per: z.enum(["site", "endpoint"]),
  max: z.int().min(1).max(SITE_POLICY_LIMITS.capMax),
  within: duration,
});

export const sitePolicySchema = z.strictObject({
  version: z.literal(1),
  allow: kinds,
  limits: limitsSchema.default({}),
  protect: z.array(protectionSchema).max(SITE_POLICY_LIMITS.protectionsMax).default([]),
  hours: hoursSchema.optional(),
  caps: z.array(capSchema).max(SITE_POLICY_LIMITS.capsMax).default([]),
});

export type SitePolicyFile = z.output<typeof sitePolicySchema>;
