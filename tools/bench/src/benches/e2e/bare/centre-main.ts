// The centre of the bare chain: one durable commit per event, one BullMQ job, one WebSocket round trip over TLS; and an HTTPS
// intake that stores what is posted with one commit. Options are one JSON argument file; commands come as lines.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";
import { type WebSocket, WebSocketServer } from "ws";
import type { BareEvent, BareOrder, BareReceipt, CentreCommand, CentreOptions } from "./messages.ts";

const options = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as CentreOptions;
const pool = new pg.Pool({ connectionString: options.databaseUrl, max: options.databaseConnections });
await pool.query("CREATE TABLE IF NOT EXISTS bare_events (event_id text PRIMARY KEY, received_at bigint, body json)");
const store = (id: string, body: string) =>
  pool.query({ name: "store", text: "INSERT INTO bare_events VALUES ($1, $2, $3)", values: [id, Date.now(), body] });

const sockets = new Map<string, WebSocket>();
const waiting = new Map<string, () => void>();
const tls = { cert: options.cert, key: options.key, minVersion: "TLSv1.3" } as const;
const gateway = createServer(tls);
new WebSocketServer({ server: gateway, perMessageDeflate: false }).on("connection", (socket, request) => {
  sockets.set(request.url?.slice(1) ?? "", socket);
  socket.on("message", (data) => {
    const { mark } = JSON.parse(String(data)) as BareReceipt;
    waiting.get(mark)?.();
    waiting.delete(mark);
  });
});

const connection = new Redis(options.redisUrl, { maxRetriesPerRequest: null });
const queues = new Map(options.sites.map((siteId) => [siteId, new Queue(`bare-e2e-${siteId}`, { connection })]));
const workers = options.sites.map(
  (siteId) =>
    new Worker<BareOrder>(
      `bare-e2e-${siteId}`,
      ({ data }) =>
        new Promise<void>((resolve) => {
          waiting.set(data.mark, resolve);
          sockets.get(siteId)?.send(JSON.stringify(data));
        }),
      { connection, concurrency: options.inFlightPerSite, removeOnComplete: { count: 0 } },
    ),
);
await Promise.all(workers.map((worker) => worker.waitUntilReady()));

const intake = createServer(tls, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    store((JSON.parse(body) as { ID: string }).ID, body).then(
      () => response.end("{}"),
      () => response.writeHead(500).end(),
    );
  });
});

async function act({ mark, siteId, hostId, path, body }: BareEvent): Promise<void> {
  await store(mark, body);
  await queues.get(siteId)?.add("offer", { mark, siteId, hostId, path }, { jobId: mark, removeOnComplete: true });
}

async function run(command: CentreCommand): Promise<readonly number[]> {
  const startedAt: number[] = [];
  if (command.kind === "pace") {
    for (const event of command.events) {
      startedAt.push(performance.timeOrigin + performance.now());
      await Promise.all([act(event), sleep(command.everyMs)]);
    }
    return startedAt;
  }
  const work = async () => {
    for (let event = command.events[startedAt.length]; event !== undefined; event = command.events[startedAt.length]) {
      startedAt.push(Date.now());
      await act(event);
    }
  };
  await Promise.all(Array.from({ length: command.concurrency }, work));
  return startedAt;
}

const listen = (server: ReturnType<typeof createServer>) =>
  new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
const ports = { gateway: await listen(gateway), intake: await listen(intake) };
console.log(JSON.stringify({ ready: true, ...ports }));
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ startedAt: await run(JSON.parse(line) as CentreCommand) }));
}
