import type { Socket } from "node:net";
import type { WebSocket } from "ws";

/** What waits for the peer, and the joining of small frames into few TLS records. */
export interface Outbox {
  /** More than `bufferedBytesMax` waits. */
  readonly isCongested: boolean;
  /** False, and nothing is written, when even the session's own frames no longer find room: the peer does not read. */
  write(frame: Uint8Array, frameBytesMax: number): boolean;
  drained(): Promise<void>;
  /** The session has ended: nobody waits any longer. */
  release(): void;
}

/**
 * Frames of one turn of the event loop are corked and leave together: thousands of receipts and statuses a second then cost a
 * few system calls and TLS records instead of one each.
 */
export function createOutbox(socket: WebSocket, stream: Socket, bufferedBytesMax: number): Outbox {
  let corked = false;
  let waiting: (() => void)[] = [];

  const uncork = () => {
    corked = false;
    stream.uncork();
  };
  const release = () => {
    const ready = waiting;
    waiting = [];
    for (const resolve of ready) resolve();
  };
  const isRoomy = () => socket.bufferedAmount * 2 <= bufferedBytesMax;
  const onWritten = () => {
    if (waiting.length > 0 && isRoomy()) release();
  };

  return {
    get isCongested() {
      return socket.bufferedAmount > bufferedBytesMax;
    },
    write(frame, frameBytesMax) {
      // The application stops at `bufferedBytesMax` and may overshoot by one frame; pongs and refusals may use as much again.
      if (socket.bufferedAmount > 2 * (bufferedBytesMax + frameBytesMax)) return false;
      if (!corked) {
        corked = true;
        stream.cork();
        setImmediate(uncork);
      }
      socket.send(frame, { binary: true, compress: false }, onWritten);
      return true;
    },
    drained() {
      if (isRoomy()) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    release,
  };
}
