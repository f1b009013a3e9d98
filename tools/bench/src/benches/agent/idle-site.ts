import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { writeIdentity } from "@cordon/agent";
import { agentId, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type AgentIdentity, createAgentRequest, createAuthority } from "@cordon/identity";
import { startSimulator } from "@cordon/ksc-sim";
import { SESSION_PATH, serveSessions, sessionTlsOptions } from "@cordon/protocol";

/** An enrolled agent's folder, a coordinator's gateway that has nothing to say, and a KSC. */
export interface IdleSite extends AsyncDisposable {
  readonly configFile: string;
  /** What `bare-client-main.ts` wants. */
  readonly bareArguments: readonly string[];
  /** When the next one got that far, by `performance.now()`. */
  next(sign: Sign): Promise<number>;
}

export type Sign = "upgraded" | "welcomed";

const IDENTITY: AgentIdentity = {
  tenantId: tenantId("acme"),
  siteId: siteId("site-a"),
  agentId: agentId("agent-1"),
};
const ACCOUNT = { user: "cordon", password: "simulated" };
/** The bare client never says hello, and must not be hung up on while it is measured. */
const HELLO_MS = 600_000;

export async function startIdleSite(folder: string): Promise<IdleSite> {
  const simulator = await startSimulator({
    seed: 1,
    controlPort: null,
    servers: [{ name: "site-a", hosts: 50, ...ACCOUNT }],
  });
  const ksc = simulator.server("site-a");
  const authority = await createAuthority(systemClock.now(), systemRandom);
  const tls = await authority.issueServer(["127.0.0.1"], systemClock.now());
  const server = createServer(
    sessionTlsOptions({ ca: authority.certificatePem, cert: tls.certificatePem, key: tls.privateKeyPem }),
  );
  const waiting = new Map<Sign, (atMs: number) => void>();
  const tell = (sign: Sign) => waiting.get(sign)?.(performance.now());
  let epoch = 0;
  let inventoryVersion = 0;
  const sessions = serveSessions<AgentIdentity>({
    server,
    authenticate: () => {
      tell("upgraded");
      return { kind: "known", identity: IDENTITY };
    },
    onHello: () => ({
      kind: "welcome",
      grant: { epoch: ++epoch, role: "active", actingLeaseMs: 0, statusCursor: 0, inventoryVersion },
    }),
    onOpen: () => tell("welcomed"),
    onMessage: (session, message) => {
      if (message.kind !== "inventorySnapshot" && message.kind !== "inventoryDelta") return;
      inventoryVersion = message.version;
      session.send({ kind: "inventoryAck", version: inventoryVersion });
    },
    onClosed: () => {},
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
    limits: { helloMs: HELLO_MS },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configFile = await enrol(folder, url);

  async function enrol(into: string, gatewayUrl: string): Promise<string> {
    const { csrPem, privateKeyPem } = await createAgentRequest();
    const issued = await authority.issueAgent(IDENTITY, csrPem, systemClock.now());
    writeIdentity(path.join(into, "state"), {
      ...IDENTITY,
      gatewayUrl,
      expiresAt: issued.expiresAt,
      certificate: issued.certificatePem,
      authority: authority.certificatePem,
      privateKey: privateKeyPem,
    });
    writeFileSync(path.join(into, "password"), ACCOUNT.password, { mode: 0o600 });
    writeFileSync(path.join(into, "ksc.pem"), ksc.certificatePem);
    const file = path.join(into, "agent.yaml");
    const kscConfig = { url: ksc.url, user: ACCOUNT.user, passwordFile: "password", trust: { pinFile: "ksc.pem" } };
    // YAML is a superset of JSON.
    writeFileSync(file, JSON.stringify({ stateDir: "state", ksc: kscConfig, log: { file: "agent.log" } }));
    return file;
  }

  const identity = (name: string) => path.join(folder, "state", "identity", name);
  return {
    configFile,
    bareArguments: [
      ...[`${url}${SESSION_PATH}`, identity("agent.key.pem"), identity("agent.crt.pem")],
      identity("ca.crt.pem"),
    ],
    next: (sign) => new Promise((resolve) => waiting.set(sign, resolve)),
    async [Symbol.asyncDispose]() {
      await sessions.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await simulator.stop();
    },
  };
}
