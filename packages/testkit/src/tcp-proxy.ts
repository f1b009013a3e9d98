import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export type ProxyTarget = { readonly port: number; readonly host?: string } | { readonly path: string };
export type Direction = "toTarget" | "toClient";

export interface ProxyCounters {
  readonly accepted: number;
  readonly open: number;
  readonly cut: number;
  readonly bytesToTarget: number;
  readonly bytesToClient: number;
}

/** A TCP hop that breaks on command. Faults last until `heal()`; `cut` and `halfClose` act once. */
export interface TcpProxy extends AsyncDisposable {
  readonly host: string;
  /** Stays the same through `refuse` and `heal`. */
  readonly port: number;
  /** Resets every open connection (RST, as a firewall or a crash does). */
  cut(): void;
  /** Closes the listener and cuts: new connections get ECONNREFUSED. */
  refuse(): Promise<void>;
  /** Bytes stop in this direction, or in both, while connections stay open, as on a dead link; `heal` lets them flow on. */
  blackhole(direction?: Direction): void;
  /** Each chunk arrives this much later, in order. */
  delay(durationMs: number): void;
  /** Ends one direction of every open connection (FIN); the other goes on. */
  halfClose(direction: Direction): void;
  /** Lets exactly `bytes` more pass in this direction, over all connections, then resets the connection that had the last one. */
  cutAfter(direction: Direction, bytes: number): void;
  heal(): Promise<void>;
  counters(): ProxyCounters;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
}

export async function startTcpProxy(target: ProxyTarget): Promise<TcpProxy> {
  const host = "127.0.0.1";
  const pairs = new Set<Pair>();
  const count = { accepted: 0, cut: 0, toTarget: 0, toClient: 0 };
  const cutAfter: Record<Direction, number> = {
    toTarget: Number.POSITIVE_INFINITY,
    toClient: Number.POSITIVE_INFINITY,
  };
  let delayMs = 0;
  const blackholed = new Set<Direction>();
  let server: Server | undefined;

  const cutPair = (pair: Pair) => {
    if (!pairs.delete(pair)) return;
    count.cut++;
    pair.client.resetAndDestroy();
    // A Unix socket knows no reset.
    if ("path" in target) pair.target.destroy();
    else pair.target.resetAndDestroy();
  };

  const pass = (pair: Pair, direction: Direction, bytes: Buffer) => {
    const [from, to] = direction === "toTarget" ? [pair.client, pair.target] : [pair.target, pair.client];
    const allowed = bytes.subarray(0, Math.min(bytes.length, cutAfter[direction]));
    cutAfter[direction] -= allowed.length;
    count[direction] += allowed.length;
    if (cutAfter[direction] === 0) {
      cutAfter[direction] = Number.POSITIVE_INFINITY;
      from.pause();
      // The allowed bytes leave this process first; a reset at once would drop them with the send buffer.
      to.write(allowed, () => setImmediate(() => cutPair(pair)));
      return;
    }
    if (!to.write(allowed)) {
      from.pause();
      to.once("drain", () => !blackholed.has(direction) && from.resume());
    }
  };

  const relay = (pair: Pair, direction: Direction) => {
    const [from, to] = direction === "toTarget" ? [pair.client, pair.target] : [pair.target, pair.client];
    // One chain per direction keeps delayed chunks, and the end after them, in order.
    let tail = Promise.resolve();
    const later = (act: () => void) => {
      const due = delayMs === 0 ? undefined : new Promise((resolve) => setTimeout(resolve, delayMs));
      tail = tail.then(() => due).then(act);
    };
    from.on("data", (bytes) => later(() => pairs.has(pair) && pass(pair, direction, bytes)));
    from.on("end", () => later(() => pairs.has(pair) && to.end()));
    from.on("error", () => cutPair(pair));
    from.on("close", () => {
      if (pair.client.destroyed && pair.target.destroyed) pairs.delete(pair);
    });
  };

  const accept = (client: Socket) => {
    count.accepted++;
    const socket =
      "path" in target
        ? connect({ path: target.path, allowHalfOpen: true })
        : connect({ host, ...target, allowHalfOpen: true });
    const pair: Pair = { client, target: socket };
    pairs.add(pair);
    client.setNoDelay(true);
    socket.setNoDelay(true);
    relay(pair, "toTarget");
    relay(pair, "toClient");
    pausePair(pair, blackholed);
  };

  const listen = async (port: number): Promise<number> => {
    server = createServer({ allowHalfOpen: true }, accept);
    server.listen(port, host);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const unlisten = async () => {
    const closing = server;
    server = undefined;
    if (!closing) return;
    closing.close();
    for (const pair of pairs) cutPair(pair);
    await once(closing, "close");
  };

  const port = await listen(0);
  return {
    host,
    port,
    cut: () => {
      for (const pair of pairs) cutPair(pair);
    },
    refuse: unlisten,
    blackhole: (direction) => {
      for (const one of direction === undefined ? DIRECTIONS : [direction]) blackholed.add(one);
      for (const pair of pairs) pausePair(pair, blackholed);
    },
    delay: (durationMs) => {
      delayMs = durationMs;
    },
    halfClose: (direction) => {
      for (const pair of pairs) (direction === "toTarget" ? pair.target : pair.client).end();
    },
    cutAfter: (direction, bytes) => {
      if (!Number.isSafeInteger(bytes) || bytes < 1)
        throw new RangeError("cutAfter needs at least one byte; use cut() for none.");
      cutAfter[direction] = bytes;
    },
    heal: async () => {
      delayMs = 0;
      blackholed.clear();
      cutAfter.toTarget = cutAfter.toClient = Number.POSITIVE_INFINITY;
      for (const pair of pairs) {
        pair.client.resume();
        pair.target.resume();
      }
      if (!server) await listen(port);
    },
    counters: () => ({
      accepted: count.accepted,
      open: pairs.size,
      cut: count.cut,
      bytesToTarget: count.toTarget,
      bytesToClient: count.toClient,
    }),
    stop: unlisten,
    [Symbol.asyncDispose]: unlisten,
  };
}

const DIRECTIONS: readonly Direction[] = ["toTarget", "toClient"];

function pausePair(pair: Pair, directions: ReadonlySet<Direction>): void {
  if (directions.has("toTarget")) pair.client.pause();
  if (directions.has("toClient")) pair.target.pause();
}
