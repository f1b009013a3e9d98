import * as z from "zod";

const attribute = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be an attribute's name");

/**
 * Where KSC lists what lies in the endpoints' quarantine, and how its file is asked for. View and attributes are those of
 * KSCAPI "List of files from quarantine, backup, and unprocessed network lists"; that KES's `getFile` puts its file there is
 * UNCONFIRMED (kaspersky.md 2.7), so a site whose KSC differs names its own.
 */
export const quarantineSettings = z.strictObject({
  /** Server view (class SrvView) that lists the objects. */
  view: z.string().min(1).max(100).default("Quarantine"),
  /** Network list that the Network Agent reads the file from. */
  list: z.string().min(1).max(100).default("Quarantine"),
  fields: z
    .strictObject({
      /** The device's KSC host id. */
      host: attribute.default("strHostName"),
      /** The object's id on the device. */
      itemId: attribute.default("strId"),
      /** A number that rises with every object, to tell the newest. */
      order: attribute.default("nId"),
      name: attribute.default("ObjName"),
      /** The full path, where it is known. */
      path: attribute.default("szRestorePath"),
      /** Not in the documented view; asked for only where a site's KSC has them. */
      bytes: attribute.optional(),
      addedAt: attribute.optional(),
      md5: attribute.optional(),
      sha256: attribute.optional(),
    })
    .prefault({}),
  /** Fetch the file in the encrypted container in which it lies on the device: its hash is then not that of the file itself. */
  packed: z.boolean().default(false),
  /** Bytes asked for at once. */
  chunkBytes: z.int().min(1_024).max(1_048_576).default(524_288),
});

export type QuarantineSettings = z.infer<typeof quarantineSettings>;
