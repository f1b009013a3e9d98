import { Agent, request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Only reached when the other side hangs. */
const ANSWER_MS_MAX = 20_000;

export interface HttpsClient {
  send(method: string, path: string, body?: string): Promise<Answer>;
  close(): void;
}

/** Trusts one root. Rejects when no whole answer came: then the sender knows nothing and has to ask or send again. */
export function createHttpsClient(port: number, ca: string, headers: Readonly<Record<string, string>>): HttpsClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const call = request(
          { host: "127.0.0.1", port, ca, agent, method, path, headers, timeout: ANSWER_MS_MAX },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.once("error", reject);
            response.once("aborted", () => reject(new Error(`${method} ${path}: the answer was cut off`)));
            response.once("end", () =>
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
            );
          },
        );
        call.once("timeout", () => call.destroy(new Error(`${method} ${path}: no answer`)));
        call.once("error", reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
