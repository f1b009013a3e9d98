// The signer as a process of its own. Started by the coordinator it speaks over its standard input and output and ends with it. By
// itself, `node apps/coordinator/src/signer/main.ts --socket <path>`, it is set by CORDON_SIGNER_* (docs/signing.md).
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { parseArgs } from "node:util";
import { AppError, asAppError, type Logger, Secret, systemClock } from "@cordon/core/kernel";
import { createLogger } from "@cordon/telemetry";
import { bothWays, type MessageStream, messageStream } from "./message-stream.ts";
import { openSigner } from "./open-signer.ts";
import type { OrderSigner } from "./order-signer.ts";
import { serveSigner } from "./serve-signer.ts";
import { readSettings, type SignerSettings } from "./signer-settings.ts";

const { values } = parseArgs({ options: { socket: { type: "string" } } });
if (values.socket === undefined) serveParent();
else await serveSocket(values.socket);

function serveParent(): void {
  // What the coordinator was told by its environment is not the signer's to know, nor the signing program's.
  for (const name of Object.keys(process.env)) if (name.startsWith("CORDON_")) delete process.env[name];
  let take: ((message: unknown) => void) | undefined;
  let opening: Promise<void> | undefined;
  const early: unknown[] = [];
  const stream: MessageStream = messageStream(
    { readable: process.stdin, writable: process.stdout },
    {
      message(message) {
        if (opening === undefined) opening = begin(message);
        else if (take === undefined) early.push(message);
        else take(message);
      },
      // The coordinator is gone, or ends: nobody is there to sign for.
      end: () => process.exit(0),
    },
  );

  async function begin(message: unknown): Promise<void> {
    try {
      const settings = readSettings(message);
      const logger = loggerOf(settings);
      const { signer } = await openSigner(settings, { clock: systemClock, logger });
      take = serveSigner(signer, () => stream, logger);
      for (const waiting of early.splice(0)) take(waiting);
      stream.send({ id: 0, value: "ready" });
    } catch (error) {
      stream.send({ id: 0, code: "signer.unavailable", message: asAppError(error).message });
    }
  }

  // Signals of a terminal reach the whole group: the coordinator says when it is over, by ending the pipe.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
}

async function serveSocket(file: string): Promise<void> {
  const settings = settingsOf(process.env);
  const logger = loggerOf(settings);
  const { signer, close } = await openSigner(settings, { clock: systemClock, logger });
  // Who may open the folder may ask for signatures.
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  rmSync(file, { force: true });
  const server = createServer((socket) => serve(signer, socket, logger));
  const umask = process.umask(0o177);
  server.listen(file, () => {
    process.umask(umask);
    chmodSync(file, 0o600);
    logger.info("signer.ready", { socket: file });
    process.stdout.write(`${JSON.stringify({ ready: true, socket: file })}\n`);
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      server.close();
      void close().finally(() => process.exit(0));
    });
  }
}

function serve(signer: OrderSigner, socket: import("node:net").Socket, logger: Logger): void {
  const take = serveSigner(signer, () => stream, logger);
  const stream: MessageStream = messageStream(bothWays(socket), { message: take, end: () => {} });
}

function loggerOf({ logLevel, logFile }: SignerSettings): Logger {
  return createLogger({ level: logLevel, destination: logFile === undefined ? "stderr" : { file: logFile } });
}

function settingsOf(environment: NodeJS.ProcessEnv): SignerSettings {
  const { CORDON_SIGNER_DIR: folder, CORDON_DATABASE_SIGNER_URL: url, CORDON_SIGNER_COMMAND: command } = environment;
  if (folder === undefined || url === undefined) {
    throw new AppError("config.invalid", "CORDON_SIGNER_DIR and CORDON_DATABASE_SIGNER_URL must be set");
  }
  const words = command?.split(/\s+/).filter((word) => word !== "") as [string, ...string[]] | undefined;
  return {
    folder,
    database: { url: new Secret(url) },
    ...(words === undefined || words.length === 0 ? {} : { command: words }),
    logLevel: "info",
  };
}
