import {
  createApplyStatuses,
  createEnrolment,
  createEvidenceDesk,
  createReleaseHandout,
  createSiteSessions,
} from "@cordon/coordinator-core";
import { Secret } from "@cordon/core/kernel";
import type { KeptAuthority } from "@cordon/identity";
import { createGateway, type GatewayDeps } from "../gateway/gateway.ts";
import { createSessionIdentities } from "../gateway/session-identities.ts";
import { createIdentityIssuer } from "../identities/identity-issuer.ts";
import { keepGatewayTls } from "../identities/keep-gateway-tls.ts";
import { createRetireAgents } from "../identities/retire-agent.ts";
import type { ListenerTls } from "../start/listener-certificates.ts";
import { openReleaseFolder } from "../updates/release-folder.ts";
import { serveReleases } from "../updates/serve-releases.ts";
import { type Ground, keepRunning } from "./ground.ts";
import type { OpenWork } from "./open-work.ts";

export type OpenSites = Awaited<ReturnType<typeof openSites>>;

/** The agents: who they are, the line to them, and their releases. */
export async function openSites(
  ground: Ground,
  work: OpenWork,
  own: { readonly authority: KeptAuthority; readonly signer: GatewayDeps["signer"]; readonly tls: ListenerTls },
) {
  const { config, data, record, clock, random, logger, opened } = ground;
  const { authority, signer, tls } = own;
  const enrolment = createEnrolment({
    store: record.agents,
    issuer: createIdentityIssuer(authority, clock),
    graceMs: config.agentRenewalGraceMs,
    clock,
    random,
  });
  const evidence = createEvidenceDesk({
    store: record.evidence,
    actions: record.actions,
    tell: (site, { requestId }) => gateway.askForEvidence(site, requestId),
    clock,
    random,
    logger,
  });
  const handout = keepRunning(ground, createReleaseHandout({ store: record.updates, clock, logger }));
  const gateway = createGateway({
    signer,
    handout,
    enrolment,
    revokedAmong: record.agents.revokedAmong,
    identities: createSessionIdentities({ enrolment, store: record.agents, bundle: authority.bundle, logger }),
    sessions: createSiteSessions({
      sessions: record.sessions,
      inventory: record.inventory,
      clock,
      logger,
      actingLeaseMs: config.actingLeaseMs,
    }),
    applyStatuses: createApplyStatuses({ store: record.actions, chains: work.chains, clock, logger }),
    dispatcher: work.dispatcher,
    redelivery: work.redelivery,
    leases: work.leases,
    evidence,
    readiness: record.readiness,
    clock,
    random,
    logger,
    tls: { ca: authority.certificatePem, cert: tls.cert, key: new Secret(tls.key) },
  });
  opened.defer(() => gateway.close());
  const gatewayTls = await keepGatewayTls({
    server: gateway.server,
    first: tls,
    authority,
    store: record.agents,
    clock,
    logger,
  });
  opened.defer(() => gatewayTls.stop());
  const releases = openReleaseFolder(config.releasesDirectory ?? data.releases);
  const download = serveReleases({
    enrolment,
    getRelease: record.updates.getRelease,
    fileOf: releases.fileOf,
    logger,
  });
  gateway.server.on("request", (request, response) => void download(request, response));
  const retire = createRetireAgents({
    enrolment,
    actions: record.actions,
    dropAgent: gateway.dropAgent,
    refreshTls: () => gatewayTls.refresh(),
  });
  return { enrolment, evidence, gateway, gatewayTls, releases, retire };
}
