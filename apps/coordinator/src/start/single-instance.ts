import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpathSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";

/**
 * Holds the data directory for this process: a second coordinator on it gets `coordinator.already_running`. The hold is a named
 * socket that the system frees when the process ends in whatever way, so a kill -9 leaves nothing to clean up.
 */
export async function holdDataDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(socketName(directory));
    await once(server, "listening");
  } catch (cause) {
    throw new AppError("coordinator.already_running", `${directory} is in use`, { cause, details: { directory } });
  }
  server.unref();
  return { release: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function socketName(directory: string): string {
  const name = `cordon-coordinator-${createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 32)}`;
  if (process.platform === "win32") return `\\\\.\\pipe\\${name}`;
  // Linux: the abstract namespace, where a name lives exactly as long as its process.
  if (process.platform === "linux") return `\0${name}`;
  return path.join(tmpdir(), `${name}.sock`);
}
