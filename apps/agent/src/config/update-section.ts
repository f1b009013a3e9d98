import { AppError } from "@cordon/core/kernel";
import { parseReleaseKey } from "@cordon/core/release";
import * as z from "zod/mini";
import { count, seconds } from "./fields.ts";

export const updateSection = z.strictObject({
  /** `off`: nothing is fetched, nothing is swapped, whatever the coordinator says. */
  mode: z._default(z.enum(["off", "auto"]), "off"),
  /** Asks for a place in the coordinator's rollouts: 0 is the first ring. Left out, the coordinator chooses. */
  ring: z.optional(count(0, 99)),
  /** Ed25519 keys that may sign releases: base64 of the SPKI form on one line, or PEM. */
  publicKeys: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(1_024))).check(z.maxLength(8)), []),
  /** A new release that is not healthy within this is taken back. */
  healthSeconds: z._default(seconds(3_600), 600),
  /** For so long its session with the coordinator must hold. */
  settleSeconds: z._default(seconds(3_600), 60),
  /** Nothing must have been open for so long before the restart. */
  quietSeconds: z._default(seconds(3_600), 30),
  /** With actions open for so long the update is put off until it is offered again. */
  waitHours: z._default(z.number().check(z.positive(), z.maximum(720)), 24),
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
