import { createServer } from "node:net";

export interface ChosenPort {
  readonly wanted: number;
  readonly port: number;
}

/** The wanted port when it is free, otherwise any free one. */
export async function choosePort(wanted: number): Promise<ChosenPort> {
  return { wanted, port: (await tryPort(wanted)) ?? (await tryPort(0)) ?? 0 };
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
