import { chmod, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, type Clock, epochMs, type TenantId } from "@cordon/core/kernel";
import { writeFileDurably } from "@cordon/identity";
import * as z from "zod";
import type { KeyProvider } from "./key-provider.ts";
import { addKey, endKey, inForce, NO_KEYS } from "./key-ring.ts";
import type { SigningKeys } from "./order-signer.ts";

const shape = z.object({
  version: z.number().int(),
  keys: z.array(
    z.object({
      keyId: z.string(),
      publicKey: z.string(),
      since: z.number().int(),
      state: z.enum(["in_force", "retired", "revoked"]),
      createdAt: z.number().int().transform(epochMs),
      endedAt: z.number().int().transform(epochMs).exactOptional(),
    }),
  ),
});

/** Each tenant's keys, in a file of the signer's own folder: no database that others write to says which keys count. */
export interface KeyRings {
  ringOf(tenantId: TenantId): Promise<SigningKeys>;
  rotate(tenantId: TenantId): Promise<SigningKeys>;
  end(tenantId: TenantId, keyId: string, state: "retired" | "revoked"): Promise<SigningKeys>;
}

export function openKeyRings(folder: string, provider: KeyProvider, clock: Clock): KeyRings {
  const rings = new Map<TenantId, SigningKeys>();
  /** Changes of one tenant follow on each other. */
  const tails = new Map<TenantId, Promise<unknown>>();
  const fileOf = (tenantId: TenantId) => path.join(folder, tenantId, "keys.json");

  function inTurn<T>(tenantId: TenantId, work: () => Promise<T>): Promise<T> {
    const done = (tails.get(tenantId) ?? Promise.resolve()).then(work);
    tails.set(
      tenantId,
      done.catch(() => {}),
    );
    return done;
  }

  async function load(tenantId: TenantId): Promise<SigningKeys> {
    const known = rings.get(tenantId);
    if (known !== undefined) return known;
    const ring = await readRing(fileOf(tenantId));
    if (ring !== undefined) rings.set(tenantId, ring);
    return ring ?? NO_KEYS;
  }

  async function keep(tenantId: TenantId, ring: SigningKeys): Promise<SigningKeys> {
    await mkdir(path.join(folder, tenantId), { recursive: true, mode: 0o700 });
    await chmod(path.join(folder, tenantId), 0o700);
    await writeFileDurably(fileOf(tenantId), `${JSON.stringify(ring, undefined, 2)}\n`, 0o600);
    rings.set(tenantId, ring);
    return ring;
  }

  const grown = async (tenantId: TenantId, ring: SigningKeys) =>
    addKey(ring, await provider.create(tenantId), clock.now());

  return {
    async ringOf(tenantId) {
      const ring = rings.get(tenantId);
      if (ring !== undefined) return ring;
      return inTurn(tenantId, async () => {
        const read = await load(tenantId);
        return read.version > 0 ? read : keep(tenantId, await grown(tenantId, read));
      });
    },
    rotate: (tenantId) => inTurn(tenantId, async () => keep(tenantId, await grown(tenantId, await load(tenantId)))),
    end: (tenantId, keyId, state) =>
      inTurn(tenantId, async () => {
        const ring = await load(tenantId);
        const isNewest = inForce(ring).at(-1)?.keyId === keyId;
        // Orders must go on, so that the one that others know can go at once.
        const next = state === "revoked" && isNewest ? await grown(tenantId, ring) : ring;
        return keep(tenantId, endKey(next, keyId, state, clock.now()));
      }),
  };
}

async function readRing(file: string): Promise<SigningKeys | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new AppError("signer.unavailable", `${file} cannot be read`, { cause });
  }
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError("signer.unavailable", `${file} is damaged: restore it from a backup`, { cause });
  }
}
