import { connect, type TLSSocket } from "node:tls";

export interface EventSender {
  /** Resolves when the event was answered with 200; anything else is a failure of the bench. */
  post(body: string): Promise<void>;
  close(): void;
}

interface Line {
  readonly socket: TLSSocket;
  readonly answered: (problem?: Error) => void;
}

/**
 * Posts events over so many kept-alive connections, one event each, as KUMA's HTTP destination does without a buffer. The
 * requests are written by hand: the sender stands for other machines and must take little of this one's time.
 */
export function createEventSender(options: {
  readonly url: string;
  readonly ca: string;
  readonly connections: number;
  readonly authorization?: string;
}): EventSender {
  const { hostname, port, host } = new URL(options.url);
  const authorization = options.authorization === undefined ? "" : `Authorization: ${options.authorization}\r\n`;
  const head = `POST / HTTP/1.1\r\nHost: ${host}\r\n${authorization}Content-Type: application/json\r\nContent-Length: `;
  const idle: TLSSocket[] = [];
  const busy = new Map<TLSSocket, Line["answered"]>();
  const waiting: (() => void)[] = [];
  let opened = 0;

  function open(): Promise<TLSSocket> {
    opened++;
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), ca: options.ca }, () => resolve(socket));
      let text = "";
      socket.setEncoding("latin1").setNoDelay(true);
      socket.on("data", (chunk: string) => {
        text += chunk;
        const problem = readAnswer(text);
        if (problem === "incomplete") return;
        text = "";
        busy.get(socket)?.(problem);
      });
      socket.on("error", (error) => {
        reject(error);
        busy.get(socket)?.(error);
      });
      socket.on("close", () => busy.get(socket)?.(new Error("the connection was closed before the answer")));
    });
  }

  async function take(): Promise<TLSSocket> {
    const socket = idle.pop();
    if (socket !== undefined) return socket.destroyed ? open() : socket;
    if (opened < options.connections) return open();
    await new Promise<void>((resolve) => waiting.push(resolve));
    return take();
  }

  return {
    async post(body) {
      const socket = await take();
      const answer = new Promise<void>((resolve, reject) => {
        busy.set(socket, (problem) => (problem === undefined ? resolve() : reject(problem)));
      });
      socket.write(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`);
      await answer;
      busy.delete(socket);
      idle.push(socket);
      waiting.shift()?.();
    },
    close: () => {
      for (const socket of idle) socket.destroy();
    },
  };
}

/** Undefined: a whole answer with status 200. */
function readAnswer(text: string): "incomplete" | Error | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return "incomplete";
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1];
  const isChunked = length === undefined;
  if (isChunked ? !text.endsWith("0\r\n\r\n") : text.length < end + 4 + Number(length)) return "incomplete";
  return text.startsWith("HTTP/1.1 200 ") ? undefined : new Error(`an event was answered: ${text.slice(0, 500)}`);
}

/** Posts all bodies, as many at once as there are connections. */
export async function postAll(sender: EventSender, bodies: readonly string[], connections: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await sender.post(body);
  };
  await Promise.all(Array.from({ length: connections }, work));
}
