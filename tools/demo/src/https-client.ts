import { Agent, request } from "node:https";

const ANSWER_TIMEOUT_MS = 30_000;

export interface HttpsAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpsClient {
  send(
    method: string,
    path: string,
    options?: { readonly json?: unknown; readonly text?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<HttpsAnswer>;
  close(): void;
}

/** A client of one of the coordinator's listeners, trusting its CA and nothing else. */
export function createHttpsClient(
  baseUrl: string,
  authority: string,
  headers: Readonly<Record<string, string>>,
): HttpsClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: authority });
  return {
    send(method, path, options = {}) {
      const body = options.json === undefined ? options.text : JSON.stringify(options.json);
      const type = options.json === undefined ? {} : { "content-type": "application/json" };
      return new Promise((resolve, reject) => {
        const call = request(
          new URL(path, baseUrl),
          { method, agent, timeout: ANSWER_TIMEOUT_MS, headers: { ...headers, ...type, ...options.headers } },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.once("error", reject);
            response.once("end", () =>
              resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
            );
          },
        );
        call.once("timeout", () =>
          call.destroy(new Error(`${method} ${path}: no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`)),
        );
        call.once("error", reject);
        call.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
