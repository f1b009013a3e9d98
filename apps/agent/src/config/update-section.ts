import { AppError } from "@cordon/core/kernel";
import { parseReleaseKey } from "@cordon/core/release";
import * as z from "zod";
import { count, seconds } from "./fields.ts";

export const updateSection = z.strictObject({
  /** `off`: nothing is fetched, nothing is swapped, whatever the coordinator says. */
  mode: z.enum(["off", "auto"]).default("off"),
  /** Asks for a place in the coordinator's rollouts: 0 is the first ring. Left out, the coordinator chooses. */
  ring: count(0, 99).optional(),
  /** Ed25519 keys that may sign releases: base64 of the SPKI form on one line, or PEM. */
  publicKeys: z.array(z.string().min(1).max(1_024)).max(8).default([]),
  /** A new release that is not healthy within this is taken back. */
  healthSeconds: seconds(3_600).default(600),
  /** For so long its session with the coordinator must hold. */
  settleSeconds: seconds(3_600).default(60),
  /** Nothing must have been open for so long before the restart. */
  quietSeconds: seconds(3_600).default(30),
  /** With actions open for so long the update is put off until it is offered again. */
  waitHours: z.number().positive().max(720).default(24),
});

export type UpdateSection = z.output<typeof updateSection>;

/** Keys are looked at when the file is read, not on the night of the first update. */
export function checkUpdate(section: UpdateSection, file: string): UpdateSection {
  try {
    for (const key of section.publicKeys) parseReleaseKey(key);
  } catch (cause) {
    throw new AppError("config.invalid", `${file}: update.publicKeys: ${(cause as Error).message}`, { cause });
  }
  if (section.mode === "auto" && section.publicKeys.length === 0) {
    const text = "update.mode is auto, but update.publicKeys names no key that may sign a release";
    throw new AppError("config.invalid", `${file}: ${text}`);
  }
  return section;
}
