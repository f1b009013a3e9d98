import {
  isVersion,
  MANIFEST_FORMAT,
  RELEASE_FILE_BYTES_MAX,
  RELEASE_TARGETS,
  type ReleaseManifest,
} from "@cordon/core/release";
import * as z from "zod";

const file = z.object({
  target: z.enum(RELEASE_TARGETS),
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "must be a plain file name"),
  bytes: z.int().min(1).max(RELEASE_FILE_BYTES_MAX),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hex digits"),
});

/** Loose: a newer packager may say more to newer agents; what would change the meaning changes `format`. */
const manifest = z.object({
  format: z.literal(MANIFEST_FORMAT),
  product: z.literal("cordon-agent"),
  version: z.string().refine(isVersion, "must be a version such as 1.2.3"),
  builtAt: z.iso.datetime(),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/)
    .optional(),
  protocol: z.object({ min: z.int().min(1), max: z.int().min(1) }),
  mayReplaceNewer: z.boolean(),
  files: z
    .array(file)
    .min(1)
    .max(RELEASE_TARGETS.length)
    .refine((files) => new Set(files.map(({ target }) => target)).size === files.length, "names a target twice")
    .readonly(),
});

export type ManifestReading =
  | { readonly kind: "read"; readonly manifest: ReleaseManifest }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a manifest whose signature was verified: even then nothing outside these bounds is believed. */
export function readReleaseManifest(bytes: Uint8Array): ManifestReading {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return { kind: "unreadable", reason: "the release manifest is no JSON" };
  }
  const parsed = manifest.safeParse(json);
  if (parsed.success) return { kind: "read", manifest: parsed.data };
  const [first] = parsed.error.issues;
  return { kind: "unreadable", reason: `the release manifest: ${first?.path.join(".")}: ${first?.message}` };
}
