import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeIdentity } from "@cordon/agent";
import { agentId, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type AgentIdentity, createAgentRequest, createAuthority } from "@cordon/identity";
import { stringify } from "yaml";

const IDENTITY: AgentIdentity = {
  tenantId: tenantId("warm-up"),
  siteId: siteId("warm-up"),
  agentId: agentId("warm-up"),
};
/** Nobody listens there: what comes over a network comes in another order each time, and so would V8's code. */
const NOWHERE = "127.0.0.1:1";

/** An enrolled agent's folder, whose coordinator and KSC do not answer, and the arguments to run there. */
export async function makeWarmUpFolder(): Promise<{ readonly args: readonly string[] } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), "cordon-warm-up-"));
  const authority = await createAuthority(systemClock.now(), systemRandom);
  const { csrPem, privateKeyPem } = await createAgentRequest();
  const issued = await authority.issueAgent(IDENTITY, csrPem, systemClock.now());
  writeIdentity(path.join(folder, "state"), {
    ...IDENTITY,
    gatewayUrl: `wss://${NOWHERE}`,
    expiresAt: issued.expiresAt,
    certificate: issued.certificatePem,
    authority: authority.certificatePem,
    privateKey: privateKeyPem,
  });
  await writeFile(path.join(folder, "password"), "nobody asks for it", { mode: 0o600 });
  const configFile = path.join(folder, "agent.yaml");
  const ksc = {
    url: `https://${NOWHERE}`,
    user: "warm-up",
    passwordFile: "password",
    trust: { pinSha256: "00".repeat(32) },
  };
  await writeFile(configFile, stringify({ stateDir: "state", ksc, log: { file: "agent.log" } }));
  return {
    args: ["-c", configFile, "run"],
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
