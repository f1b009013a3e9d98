import { type ChildProcessByStdio, spawn } from "node:child_process";
import { connect } from "node:net";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { AppError, type Clock, type Logger } from "@cordon/core/kernel";
import { bothWays, type MessageStream, messageStream } from "./message-stream.ts";
import type { OrderSigner } from "./order-signer.ts";
import { createSignerClient } from "./signer-client.ts";
import { type SignerSettings, writeSettings } from "./signer-settings.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
/** A signer that ended is started, or dialled, again after this long. */
const AGAIN_MS = 1_000;
const READY_MS_MAX = 30_000;

export interface RunningSigner {
  readonly signer: OrderSigner;
  stop(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A process that is loaded but has not been told anything, so that it loads while the database starts. */
export function spawnSigner(): Child {
  return spawn(process.execPath, [MAIN], { stdio: ["pipe", "pipe", "inherit"] });
}

/** The signer as a child of this process. When it ends by itself it is started again; orders wait meanwhile. */
export async function startSigner(
  settings: SignerSettings,
  first: Child,
  deps: { readonly clock: Clock; readonly logger: Logger },
): Promise<RunningSigner> {
  const { clock, logger } = deps;
  let stream: MessageStream | undefined;
  let child = first;
  let stopping = false;
  let cancelAgain = () => {};
  const client = createSignerClient(() => stream, clock);
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});

  function attach(next: Child): void {
    child = next;
    const open = messageStream(
      { readable: next.stdout, writable: next.stdin },
      {
        message(message) {
          if ((message as { id?: unknown }).id === 0)
            return begun(open, message as { code?: string; message?: string });
          client.receive(message);
        },
        end: () => {
          stream = undefined;
          client.lost();
          if (stopping) return;
          logger.error("signer.ended", { againInMs: AGAIN_MS });
          cancelAgain = clock.after(AGAIN_MS, () => attach(spawnSigner()));
        },
      },
    );
    next.on("error", (error) => ready.reject(new AppError("signer.unavailable", error.message)));
    open.send(writeSettings(settings));
  }

  function begun(open: MessageStream, { code, message = "" }: { code?: string; message?: string }): void {
    if (code !== undefined) {
      ready.reject(new AppError("signer.unavailable", message));
      return;
    }
    stream = open;
    ready.resolve();
  }

  async function stop(): Promise<void> {
    stopping = true;
    cancelAgain();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.stdin.end();
    await gone;
  }

  attach(first);
  const cancelWait = clock.after(READY_MS_MAX, () =>
    ready.reject(new AppError("signer.unavailable", "the signer did not start")),
  );
  try {
    await ready.promise;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    cancelWait();
  }
  logger.info("signer.ready", { pid: child.pid });
  return { signer: client, stop };
}

/** A signer that somebody else runs, at its socket; dialled again whenever the line breaks. */
export function dialSigner(socket: string, deps: { readonly clock: Clock; readonly logger: Logger }): RunningSigner {
  const { clock, logger } = deps;
  let stream: MessageStream | undefined;
  let stopping = false;
  let cancelAgain = () => {};
  const client = createSignerClient(() => stream, clock);

  function dial(): void {
    const line = connect(socket);
    const open = messageStream(bothWays(line), {
      message: client.receive,
      end: () => {
        stream = undefined;
        client.lost();
        if (stopping) return;
        logger.error("signer.unreachable", { socket, againInMs: AGAIN_MS });
        cancelAgain = clock.after(AGAIN_MS, dial);
      },
    });
    stream = open;
    line.once("connect", () => logger.info("signer.connected", { socket }));
  }

  dial();
  return {
    signer: client,
    stop: async () => {
      stopping = true;
      cancelAgain();
      stream?.close();
    },
  };
}
