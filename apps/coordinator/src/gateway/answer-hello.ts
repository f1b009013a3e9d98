import type { Agent, Enrolment, SiteSessions } from "@cordon/coordinator-core";
import { agentIdentityOf } from "@cordon/identity";
import type { Authentication, Hello, HelloAnswer, PeerCertificate } from "@cordon/protocol";

/** The chain up to our root is verified already; this asks whether the certificate is still one that we let in, and whose. */
export async function authenticate(
  peer: PeerCertificate,
  enrolment: Pick<Enrolment, "identify">,
): Promise<Authentication<Agent>> {
  const named = agentIdentityOf(peer.raw);
  const known = await enrolment.identify(peer.fingerprint256);
  if (known.kind === "revoked") {
    return { kind: "refused", code: "session.identity_revoked", text: `agent ${known.agent.agentId} was revoked` };
  }
  const isSame =
    known.kind === "known" &&
    named?.agentId === known.agent.agentId &&
    named.tenantId === known.agent.tenantId &&
    named.siteId === known.agent.siteId;
  if (isSame) return { kind: "known", identity: known.agent };
  return { kind: "refused", code: "session.unknown_identity", text: `no agent has certificate ${peer.fingerprint256}` };
}

/** The record decides what the agent is at its site; `onRedeliver` when orders of an earlier ledger are due to it. */
export async function answerHello(
  agent: Agent,
  hello: Hello,
  sessions: Pick<SiteSessions, "begin">,
  onRedeliver: () => void,
): Promise<HelloAnswer> {
  if (hello.siteId !== agent.siteId) {
    const text = `the certificate is of site ${agent.siteId}, the hello of ${hello.siteId}`;
    return { kind: "refused", code: "session.wrong_site", text };
  }
  const start = await sessions.begin(
    { tenantId: agent.tenantId, siteId: agent.siteId },
    {
      agentId: agent.agentId,
      agentVersion: hello.agentVersion,
      ledgerId: hello.ledgerId,
      standBy: hello.standBy,
      epoch: hello.epoch,
      statusSeq: hello.statusSeq,
      serviceConsole: hello.serviceConsole,
      ledger: hello.ledger,
    },
  );
  if (!start) return { kind: "refused", code: "session.wrong_site", text: `there is no site ${agent.siteId}` };
  if (start.redeliver) onRedeliver();
  const { role, epoch, actingLeaseMs, statusCursor, inventoryVersion } = start;
  return { kind: "welcome", grant: { role, epoch, actingLeaseMs, statusCursor, inventoryVersion } };
}
