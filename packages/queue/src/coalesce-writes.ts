import type { Socket } from "node:net";

/**
 * ioredis hands every command to the socket by itself: one system call each, here and in Redis. Held back until the end of
 * the event loop's turn, all commands of the turn leave in one write.
 */
export function createWriteCoalescer(currentSocket: () => Socket | undefined): () => void {
  let corked: Socket | undefined;
  const release = () => {
    corked?.uncork();
    corked = undefined;
  };
  return () => {
    if (corked) return;
    corked = currentSocket();
    if (!corked) return;
    corked.cork();
    setImmediate(release);
  };
}
