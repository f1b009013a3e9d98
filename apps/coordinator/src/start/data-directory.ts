import { chmod, mkdir } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";

export interface DataDirectory {
  readonly root: string;
  readonly authority: string;
  readonly postgres: string;
  readonly log: string;
  /** Of the process that signs orders: its keys, and its own log. */
  readonly signer: string;
  readonly signerLog: string;
  /** The keys that sign the audit, apart from those that sign orders. */
  readonly auditKeys: string;
  /** Releases of the agent, unless CORDON_RELEASES_DIR names another place. */
  readonly releases: string;
  /** Exists while the coordinator is ready; says where what is. */
  readonly readyFile: string;
}

/** Makes the data directory, readable by its owner only: it holds the CA's key. Throws `config.invalid`. */
export async function openDataDirectory(root: string): Promise<DataDirectory> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await chmod(root, 0o700);
  } catch (cause) {
    throw new AppError("config.invalid", `CORDON_DATA_DIR: cannot make ${root} (${String(cause)})`, { cause });
  }
  return {
    root,
    authority: path.join(root, "ca"),
    postgres: path.join(root, "postgres"),
    log: path.join(root, "coordinator.log"),
    signer: path.join(root, "signer"),
    signerLog: path.join(root, "signer.log"),
    auditKeys: path.join(root, "audit-keys"),
    releases: path.join(root, "releases"),
    readyFile: path.join(root, "ready.json"),
  };
}
