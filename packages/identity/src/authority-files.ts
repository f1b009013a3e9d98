import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { AppError, Secret } from "@cordon/core/kernel";
import type { AuthorityState, Line } from "./authority-state.ts";
import { writeFileDurably } from "./durable-file.ts";
import { certificateFingerprint, shortId } from "./fingerprint.ts";
import type { PemIdentity } from "./key-pair.ts";

export interface AuthorityFiles {
  /** What clients of the coordinator trust: its roots. */
  readonly certificateFile: string;
  /** The lists of what does not count any more. */
  readonly revocationFile: string;
}

export function authorityFiles(directory: string): AuthorityFiles {
  return { certificateFile: path.join(directory, "ca.pem"), revocationFile: path.join(directory, "crl.pem") };
}

/** The folder of an authority: certificates 0644, keys 0600, the folder itself 0700; every file is replaced in one step. */
export interface AuthorityFolder {
  /** Undefined: there is no authority yet. Throws `identity.old_layout` and `identity.unreadable_authority`. */
  readState(): Promise<AuthorityState | undefined>;
  writeState(state: AuthorityState): Promise<void>;
  /** Returns its id. */
  add(kind: "root" | "intermediate", made: PemIdentity): Promise<string>;
  certificate(kind: "root" | "intermediate", id: string): Promise<string>;
  /** Undefined: it is not here. */
  key(kind: "root" | "intermediate", id: string): Promise<Secret | undefined>;
  keyFile(kind: "root" | "intermediate", id: string): string;
  /** The list of what the root revoked; it needs the root's key to be made anew. */
  rootRevocations(id: string): Promise<string>;
  writeRootRevocations(id: string, list: string): Promise<void>;
  publish(roots: string, revocations: string): Promise<void>;
  /** Keys of authorities that do not count any more sign nothing any more. */
  forget(line: Line, keepRoot: boolean): Promise<void>;
}

const STATE_FILE = "authority.json";

export function openAuthorityFolder(directory: string): AuthorityFolder {
  const at = (name: string) => path.join(directory, name);
  const keyFile = (kind: string, id: string) => at(`${kind}-${id}.key.pem`);
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(at(name), "utf8");
    } catch (cause) {
      throw unreadable(at(name), cause);
    }
  };
  return {
    keyFile,
    async readState() {
      if (!existsSync(at(STATE_FILE))) {
        if (!existsSync(at("ca.key.pem"))) return undefined;
        throw new AppError("identity.old_layout", directory, { details: { directory } });
      }
      try {
        const state = JSON.parse(await read(STATE_FILE)) as AuthorityState;
        if (state.format === 2 && state.current.root !== "" && state.current.signer !== "") return state;
      } catch (cause) {
        throw unreadable(at(STATE_FILE), cause);
      }
      throw unreadable(at(STATE_FILE), new Error("its format is not known"));
    },
    writeState: (state) => writeFileDurably(at(STATE_FILE), `${JSON.stringify(state, undefined, 2)}\n`, 0o600),
    async add(kind, { certificatePem, privateKeyPem }) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const id = shortId(certificateFingerprint(certificatePem));
      await writeFileDurably(keyFile(kind, id), privateKeyPem.reveal(), 0o600);
      await writeFileDurably(at(`${kind}-${id}.pem`), certificatePem, 0o644);
      return id;
    },
    certificate: (kind, id) => read(`${kind}-${id}.pem`),
    async key(kind, id) {
      if (!existsSync(keyFile(kind, id))) return undefined;
      return new Secret(await read(path.basename(keyFile(kind, id))));
    },
    rootRevocations: (id) => read(`root-${id}.crl.pem`),
    writeRootRevocations: (id, list) => writeFileDurably(at(`root-${id}.crl.pem`), list, 0o644),
    async publish(roots, revocations) {
      const files = authorityFiles(directory);
      await writeFileDurably(files.certificateFile, roots, 0o644);
      await writeFileDurably(files.revocationFile, revocations, 0o644);
    },
    async forget({ root, signer }, keepRoot) {
      await rm(keyFile("intermediate", signer), { force: true });
      if (!keepRoot) await rm(keyFile("root", root), { force: true });
    },
  };
}

export function unreadable(file: string, cause: unknown): AppError {
  return new AppError("identity.unreadable_authority", `${file} cannot be read`, { cause, details: { file } });
}
