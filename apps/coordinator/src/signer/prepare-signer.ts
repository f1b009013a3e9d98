import { AppError, type Clock, type Logger } from "@cordon/core/kernel";
import type { Config } from "../start/config.ts";
import type { DataDirectory } from "../start/data-directory.ts";
import type { OrderSigner } from "./order-signer.ts";
import type { SignerSettings } from "./signer-settings.ts";
import { dialSigner, spawnSigner, startSigner } from "./start-signer.ts";

/**
 * The signer is a process beside this one: what gets hold of this process, of the gateway or of the queue has no key. It is started
 * by the coordinator unless `CORDON_SIGNER_SOCKET` names one that runs by itself, as another user of the machine.
 */
export interface PreparedSigner {
  /** The database is there. */
  open(login: SignerSettings["database"] | undefined): Promise<OrderSigner>;
  stop(): Promise<void>;
}

export function prepareSigner(
  config: Pick<Config, "signer" | "logLevel" | "log">,
  data: DataDirectory,
  deps: { readonly clock: Clock; readonly logger: Logger },
): PreparedSigner {
  const { socket, folder = data.signer, command } = config.signer;
  if (socket !== undefined) {
    const dialled = dialSigner(socket, deps);
    return { open: async () => dialled.signer, stop: dialled.stop };
  }
  // It loads while the database starts.
  const child = spawnSigner();
  let stop = async (): Promise<void> => {
    child.kill();
  };
  return {
    async open(database) {
      if (database === undefined) throw new AppError("config.invalid", "the signer has no login of the database");
      const settings: SignerSettings = {
        folder,
        database,
        ...(command === undefined ? {} : { command }),
        logLevel: config.logLevel,
        ...(config.log === "file" ? { logFile: data.signerLog } : {}),
      };
      const running = await startSigner(settings, child, deps);
      stop = running.stop;
      return running.signer;
    },
    stop: () => stop(),
  };
}
