import { type Agent, type RequestOptions, request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed when it is JSON; the tests say what they expect of it. */
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Client certificate, PEM. */
  readonly cert?: string | undefined;
  readonly key?: string;
  readonly agent?: Agent;
}

/** One HTTPS request that trusts `ca` only. */
export function call(target: { readonly port: number; readonly ca: string }, options: Call = {}): Promise<Answer> {
  const settings: RequestOptions = {
    host: "127.0.0.1",
    port: target.port,
    ca: target.ca,
    method: options.method ?? "GET",
    path: options.path ?? "/",
    headers: {
      ...(options.body === undefined || options.headers?.["transfer-encoding"] !== undefined
        ? {}
        : { "content-length": String(Buffer.byteLength(options.body)) }),
      ...options.headers,
    },
    agent: options.agent ?? false,
    ...(options.cert === undefined ? {} : { cert: options.cert }),
    ...(options.key === undefined ? {} : { key: options.key }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(settings, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parse(text) });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(options.body);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
