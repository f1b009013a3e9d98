import { once } from "node:events";
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import { AppError } from "@cordon/core/kernel";

export interface ListenAt {
  /** For messages: "intake", "api", "gateway". */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The variable to change when the port is taken. */
  readonly variable: string;
}

/** Resolves with the port in use. Throws `listener.port_taken` or, for an address that is not this machine's, `config.invalid`. */
export async function listen(server: Server, at: ListenAt): Promise<number> {
  try {
    server.listen(at.port, at.host);
    await once(server, "listening");
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    const where = `${at.host}:${at.port} (${at.name})`;
    if (reason === "EADDRINUSE") {
      throw new AppError("listener.port_taken", `${where}: stop what listens there, or set ${at.variable}`, { cause });
    }
    throw new AppError("config.invalid", `cannot listen on ${where}: ${reason}; see CORDON_HOST and ${at.variable}`, {
      cause,
    });
  }
  return (server.address() as AddressInfo).port;
}
