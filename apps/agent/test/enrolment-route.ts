import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ENROLMENT_PATH, enrolmentRequest } from "@cordon/contracts/api";
import { agentId, type Secret, siteId, systemClock, systemRandom, tenantId } from "@cordon/core/kernel";
import { type Authority, createEnrolmentSecret, createRecoveryKey, formatEnrolmentToken } from "@cordon/identity";

/** The coordinator's enrolment route, for one token. */
export async function serveEnrolment(authority: Authority, gatewayUrl: string) {
  const tls = await authority.issueServer(["127.0.0.1"], systemClock.now());
  const secret = createEnrolmentSecret(systemRandom);
  const recoveryKey = createRecoveryKey().publicKey;
  let used = false;
  const cert = `${tls.certificatePem}\n${authority.certificatePem}`;
  const server = createServer({ cert, key: tls.privateKeyPem.reveal() }, async (request, response) => {
    if (request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = enrolmentRequest.parse(JSON.parse(text));
    const refuse = (code: string) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code, message: "refused", mend: "none" } }));
    };
    if (request.url !== ENROLMENT_PATH || body.secret !== secret.reveal()) return refuse("enrolment.token_unknown");
    if (used) return refuse("enrolment.token_used");
    used = true;
    const identity = { tenantId: tenantId("acme"), siteId: siteId("site-a"), agentId: agentId("agent-9") };
    const issued = await authority.issueAgent(identity, body.csr, systemClock.now());
    const trust = { recovery: { publicKey: recoveryKey, sequence: 1 }, orderKeys: { version: 1, keys: [] } };
    const answer = {
      ...identity,
      ...trust,
      certificate: issued.certificatePem,
      authority: authority.certificatePem,
      gatewayUrl,
    };
    response.end(JSON.stringify({ ...answer, expiresAt: issued.expiresAt }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tokenFor: (caFingerprint: string): Secret => formatEnrolmentToken({ url, caFingerprint, secret }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
