import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { AppError, type Clock, type Random, Secret } from "@cordon/core/kernel";
import { type Authority, createRoot, loadAuthority } from "./authority.ts";
import { writeFileDurably } from "./durable-file.ts";

export interface AuthorityFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

export function authorityFiles(directory: string): AuthorityFiles {
  return { certificateFile: path.join(directory, "ca.pem"), keyFile: path.join(directory, "ca.key.pem") };
}

/**
 * The authority kept in `directory`; made there at the first start (key file 0600, directory 0700). The certificate is written
 * before the key and both survive a crash in between: a certificate without key is made anew, because it never signed anything.
 */
export async function openAuthority(
  directory: string,
  deps: { readonly clock: Clock; readonly random: Random },
): Promise<Authority> {
  const files = authorityFiles(directory);
  if (!existsSync(files.keyFile)) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const root = await createRoot(deps.clock.now(), deps.random);
    await writeFileDurably(files.certificateFile, root.certificatePem, 0o644);
    await writeFileDurably(files.keyFile, root.privateKeyPem.reveal(), 0o600);
  }
  try {
    const certificatePem = await readFile(files.certificateFile, "utf8");
    const privateKeyPem = new Secret(await readFile(files.keyFile, "utf8"));
    return await loadAuthority({ certificatePem, privateKeyPem }, deps.random);
  } catch (cause) {
    throw new AppError("identity.unreadable_authority", `the CA in ${directory} cannot be read`, {
      cause,
      details: { ...files },
    });
  }
}
