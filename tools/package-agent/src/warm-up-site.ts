import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeIdentity } from "@cordon/agent";
import { agentId, silentLogger, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type AgentIdentity, createAgentRequest, createRoot, loadAuthority } from "@cordon/identity";
import { serveSessions, sessionTlsOptions } from "@cordon/protocol";
import { stringify } from "yaml";
import type { WarmUp } from "./code-cache.ts";

const IDENTITY: AgentIdentity = {
  tenantId: tenantId("warm-up"),
  siteId: siteId("warm-up"),
  agentId: agentId("warm-up"),
};

/** An enrolled agent's folder and a gateway that welcomes it; the KSC that it is told of does not answer. */
export async function startWarmUpSite(): Promise<WarmUp & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), "cordon-warm-up-"));
  const authority = await loadAuthority(await createRoot(systemClock.now(), systemRandom), systemRandom);
  const tls = await authority.issueServer(["127.0.0.1"], systemClock.now());
  const server = createServer(
    sessionTlsOptions({ ca: authority.certificatePem, cert: tls.certificatePem, key: tls.privateKeyPem }),
  );
  const welcomed = Promise.withResolvers<void>();
  const sessions = serveSessions<AgentIdentity>({
    server,
    authenticate: () => ({ kind: "known", identity: IDENTITY }),
    onHello: () => ({
      kind: "welcome",
      grant: { epoch: 1, role: "active", actingLeaseMs: 0, statusCursor: 0, inventoryVersion: 0 },
    }),
    onOpen: () => welcomed.resolve(),
    onMessage: () => {},
    onClosed: () => {},
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const issued = await authority.issueAgent(IDENTITY, csrPem, systemClock.now());
  writeIdentity(path.join(folder, "state"), {
    ...IDENTITY,
    gatewayUrl: `wss://127.0.0.1:${(server.address() as AddressInfo).port}`,
    expiresAt: issued.expiresAt,
    certificate: issued.certificatePem,
    authority: authority.certificatePem,
    privateKey: privateKeyPem,
  });
  await writeFile(path.join(folder, "password"), "nobody asks for it", { mode: 0o600 });
  const configFile = path.join(folder, "agent.yaml");
  const ksc = {
    url: "https://127.0.0.1:1",
    user: "warm-up",
    passwordFile: "password",
    trust: { pinSha256: "00".repeat(32) },
  };
  await writeFile(configFile, stringify({ stateDir: "state", ksc, log: { file: "agent.log" } }));
  return {
    args: ["-c", configFile, "run"],
    far: () => welcomed.promise,
    async [Symbol.asyncDispose]() {
      await sessions.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
