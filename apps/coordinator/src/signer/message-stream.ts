import type { Duplex, Readable, Writable } from "node:stream";

/** The largest answer: an order of a frame's size, in base64, and one batch's worth beside it. */
export const MESSAGE_BYTES_MAX = 24 * 1024 * 1024;

/** Two ends that send each other JSON, each message with its length in four bytes before it. */
export interface MessageStream {
  send(message: unknown): void;
  close(): void;
}

/** `onMessage` gets what was parsed, unchecked. `onEnd` once; what is no message ends the stream. */
export function messageStream(
  { readable, writable }: { readonly readable: Readable; readonly writable: Writable },
  on: { readonly message: (message: unknown) => void; readonly end: () => void },
): MessageStream {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    readable.destroy();
    writable.destroy();
    on.end();
  };
  readable.on("data", (chunk: Buffer) => {
    waiting.push(chunk);
    bytes += chunk.length;
    drain();
  });
  for (const event of ["end", "error", "close"]) readable.on(event, end);
  for (const event of ["error", "close"]) writable.on(event, end);

  function drain(): void {
    while (bytes >= 4 && !ended) {
      if ((waiting[0]?.length ?? 0) < 4) waiting = [Buffer.concat(waiting)];
      const length = (waiting[0] as Buffer).readUInt32BE(0);
      if (length > MESSAGE_BYTES_MAX) end();
      if (ended || bytes < 4 + length) return;
      const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
      const rest = all.subarray(4 + length);
      waiting = rest.length === 0 ? [] : [rest];
      bytes = rest.length;
      take(all.toString("utf8", 4, 4 + length));
    }
  }

  function take(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      end();
      return;
    }
    on.message(message);
  }

  return {
    send(message) {
      if (ended) return;
      const body = Buffer.from(JSON.stringify(message));
      const head = Buffer.alloc(4);
      head.writeUInt32BE(body.length);
      writable.write(Buffer.concat([head, body]));
    },
    close: end,
  };
}

export function bothWays(stream: Duplex): { readonly readable: Readable; readonly writable: Writable } {
  return { readable: stream, writable: stream };
}
