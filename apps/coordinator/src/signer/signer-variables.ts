import path from "node:path";
import * as z from "zod";

/** Who signs orders, by environment variable; part of the schema of `config.ts`. docs/signing.md tells them by example. */
export const SIGNER_VARIABLES = {
  /** The socket of a signer that runs by itself. Left out: the coordinator starts its own. */
  CORDON_SIGNER_SOCKET: z.string().min(1).optional(),
  /** Where the signer that the coordinator starts keeps its keys. Left out: in the data directory. */
  CORDON_SIGNER_DIR: z.string().min(1).optional(),
  /** A program that has the keys and signs with them, its words divided by blanks. Left out: keys are files. */
  CORDON_SIGNER_COMMAND: z.string().min(1).optional(),
} as const;

export interface SignerConfig {
  readonly socket: string | undefined;
  readonly folder: string | undefined;
  readonly command: readonly [string, ...string[]] | undefined;
}

const variables = z.object(SIGNER_VARIABLES);

export function toSignerConfig(values: z.output<typeof variables>): SignerConfig {
  const { CORDON_SIGNER_SOCKET: socket, CORDON_SIGNER_DIR: folder, CORDON_SIGNER_COMMAND: command } = values;
  const [program, ...words] = command?.split(/\s+/).filter((word) => word !== "") ?? [];
  return {
    socket,
    folder: folder === undefined ? undefined : path.resolve(folder),
    command: program === undefined ? undefined : [program, ...words],
  };
}
