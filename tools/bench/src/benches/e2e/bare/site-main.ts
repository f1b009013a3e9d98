// The site of the bare chain: for each order one commit of SQLite with a full sync, the receipt, and one HTTPS call to KSC over
// as many kept-alive connections as the agent has. Options are one JSON argument file.
import { mkdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { WebSocket } from "ws";
import type { BareOrder, SiteOptions } from "./messages.ts";

const options = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as SiteOptions;

function createKsc(url: string, certificate: string) {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: options.connections,
    ca: certificate,
    checkServerIdentity: () => undefined,
  });
  const { hostname, port } = new URL(url);
  return (method: string, headers: Readonly<Record<string, string>>, body: string) =>
    new Promise<{ readonly PxgRetVal?: unknown }>((resolve, reject) => {
      const call = request(
        {
          agent,
          hostname,
          port,
          method: "POST",
          path: `/api/v1.0/${method}`,
          headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), ...headers },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.once("error", reject);
          answer.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
        },
      );
      call.once("error", reject);
      call.end(body);
    });
}

/** The same request as the agent's, member by member. */
function incident({ mark, hostId, path: file }: BareOrder): string {
  const body = {
    task: "getFile",
    targetHost: hostId,
    params: { md5hash: "", sha256hash: "d1".repeat(32), path: file },
    responseEventIncident: true,
    responseEventIncidentArea: "Kuma",
    cordonActionId: `act_${mark}`,
  };
  const pData = {
    KLINCDT_SEVERITY: 3,
    KLINCDT_ADDED: { type: "datetime", value: new Date().toISOString().replace(/\.\d+Z/, "Z") },
    KLINCDT_IS_HANDLED: false,
    KLHST_WKS_HOSTNAME: hostId,
    KLINCDT_BODY: JSON.stringify(body),
  };
  return JSON.stringify({ pData });
}

async function startSite(siteId: string, kscUrl: string, kscCertificate: string): Promise<void> {
  const folder = path.join(options.folder, siteId);
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(path.join(folder, "bare.sqlite"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  db.exec("CREATE TABLE orders (mark TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;");
  const store = db.prepare("INSERT INTO orders VALUES (?, ?)");
  const ksc = createKsc(kscUrl, kscCertificate);
  const encoded = (text: string) => Buffer.from(text).toString("base64");
  const authorization = `KSCBasic user="${encoded(options.user)}", pass="${encoded(options.password)}"`;
  const { PxgRetVal: token } = await ksc("Session.StartSession", { authorization }, "{}");
  const session = { "x-ksc-session": String(token) };
  const socket = new WebSocket(`${options.gatewayUrl}/${siteId}`, { ca: options.ca, perMessageDeflate: false });
  socket.on("message", (data) => {
    const text = String(data);
    const order = JSON.parse(text) as BareOrder;
    store.run(order.mark, text);
    socket.send(JSON.stringify({ mark: order.mark }));
    ksc("HostGroup.AddIncident", session, incident(order)).then(
      ({ PxgRetVal }) => {
        if (typeof PxgRetVal !== "number") throw new Error(`KSC refused ${order.mark}`);
      },
      (error: unknown) => {
        throw error;
      },
    );
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
}

for (const { siteId, kscUrl, kscCertificate } of options.sites) await startSite(siteId, kscUrl, kscCertificate);
console.log(JSON.stringify({ ready: true }));
