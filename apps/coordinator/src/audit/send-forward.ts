import net from "node:net";
import tls from "node:tls";
import type { SendForward } from "@cordon/coordinator-core";
import { AppError } from "@cordon/core/kernel";
import type { ForwardTarget } from "./forward-variables.ts";

/** Without a byte in either direction; shorter than a process may take to stop. */
const SILENT_MS_MAX = 10_000;

/**
 * A connection for each text. Neither syslog nor CEF answers, so the end of the connection is the answer: all is written, then our side is
 * ended, and the collector ends its own only when it has read that far. One that breaks off, or ends before we did, has not read it all.
 */
export function sendTo({ host, port, tls: encrypted }: ForwardTarget, ca?: string): SendForward {
  return (text) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = encrypted
      ? tls.connect({
          host,
          port,
          minVersion: "TLSv1.2",
          ...(net.isIP(host) ? {} : { servername: host }),
          ...(ca ? { ca } : {}),
        })
      : net.connect({ host, port, allowHalfOpen: true });
    let isWritten = false;
    const failed = (why: string, cause?: unknown) => {
      reject(new AppError("audit.forward_failed", `${host}:${port}: ${why}`, { cause }));
      socket.destroy();
    };
    socket.setTimeout(SILENT_MS_MAX, () => failed("it does not answer the end of the connection"));
    socket.on("error", (error) => failed(error.message, error));
    socket.on("finish", () => {
      isWritten = true;
    });
    socket.on("end", () => {
      if (!isWritten) return failed("it ended the connection before it had read everything");
      resolve();
      socket.destroy();
    });
    socket.on("close", () => failed("the connection broke off"));
    socket.once(encrypted ? "secureConnect" : "connect", () => socket.end(text));
    // Whatever it says is not meant for us, but its end is behind it.
    socket.resume();
    return promise;
  };
}
