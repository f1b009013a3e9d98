import { contentHash } from "@cordon/contracts";
import { readReleaseManifest } from "@cordon/contracts/release";
import {
  createActionDesk,
  createActiveLists,
  createActiveRules,
  createApplyStatuses,
  createApprovalDesk,
  createApprovalWatch,
  createAuthorityDesk,
  createBrakeDesk,
  createCanaryDesk,
  createCanaryWatch,
  createChainSteps,
  createDispatcher,
  createEnrolment,
  createEstate,
  createEvidenceDesk,
  createIngest,
  createIntakeCredentials,
  createLabelDesk,
  createLeaseDesk,
  createLeaseWatch,
  createListDesk,
  createListSweep,
  createLooseningDesk,
  createPeople,
  createPlanDesk,
  createRedelivery,
  createReleaseHandout,
  createReleaseHeld,
  createReplayQuarantined,
  createRetention,
  createRuleRolloutDesk,
  createRuleRolloutWatch,
  createRuleSets,
  createSenderAuthenticator,
  createShadowDesk,
  createSiteSessions,
  createSweep,
  createUpdateDesk,
  createWhyDesk,
  type DispatchQueue,
  type SiteRef,
} from "@cordon/coordinator-core";
import { type Clock, type Logger, type Random, Secret, siteId, tenantId } from "@cordon/core/kernel";
import { authorityFiles, openAuthority } from "@cordon/identity";
import { PROTOCOL } from "@cordon/protocol";
import { createPostgresDispatchQueue, createRedisDispatchQueue } from "@cordon/queue";
import { createLogger } from "@cordon/telemetry";
import { identifyBy, openAccess, principalOf } from "./access/open-access.ts";
import { createApiServer } from "./api/api-server.ts";
import type { PublicUrls } from "./api/api-services.ts";
import { forwardAudit } from "./audit/forward-audit.ts";
import { openAudit } from "./audit/open-audit.ts";
import { createGateway } from "./gateway/gateway.ts";
import { createSessionIdentities, trustBundle } from "./gateway/session-identities.ts";
import { createIdentityIssuer } from "./identities/identity-issuer.ts";
import { keepGatewayTls } from "./identities/keep-gateway-tls.ts";
import { createRetireAgents } from "./identities/retire-agent.ts";
import { createIntakeServer } from "./intake/intake-server.ts";
import { parseBody, parseRaw } from "./intake/parse-body.ts";
import { createSenderRecogniser } from "./intake/recognise-sender.ts";
import { openLogin } from "./login/open-login.ts";
import { tellAudit } from "./login/tell-audit.ts";
import { openRecord } from "./open-record.ts";
import { createRuleCompiler } from "./rules/rule-compiler.ts";
import { prepareSigner } from "./signer/prepare-signer.ts";
import { signingKeyDesk } from "./signer/signing-key-desk.ts";
import { openAdminToken } from "./start/admin-token.ts";
import type { Ready } from "./start/announce.ts";
import type { Config } from "./start/config.ts";
import { openDataDirectory } from "./start/data-directory.ts";
import { createHealthProbe } from "./start/health-probe.ts";
import { listen } from "./start/listen.ts";
import { issueListenerCertificates } from "./start/listener-certificates.ts";
import { holdDataDirectory } from "./start/single-instance.ts";
import { openReleaseFolder } from "./updates/release-folder.ts";
import { serveReleases } from "./updates/serve-releases.ts";

export interface Coordinator {
  readonly ready: Ready;
  /** Where `ready` is to be kept while the coordinator runs. */
  readonly readyFile: string;
  /** Finishes what is under way, then closes everything, last opened first. */
  stop(): Promise<void>;
}

/** A queue of nobody, asked to see whether the queue answers. */
const HEALTH_SITE = { tenantId: tenantId("cordon"), siteId: siteId("health") };

/** The container: builds every part out of its parts, in the order in which they need each other, and starts them. */
export async function startCoordinator(
  config: Config,
  deps: { readonly clock: Clock; readonly random: Random },
): Promise<Coordinator> {
  const { clock, random } = deps;
  // What was opened is closed in reverse order: on stop, and when a later part fails to start.
  await using opened = new AsyncDisposableStack();
  const startedAt = clock.now();

  const data = await openDataDirectory(config.dataDirectory);
  const hold = await holdDataDirectory(data.root);
  opened.defer(() => hold.release());
  const logger = createLogger({
    level: config.logLevel,
    destination: config.log === "file" ? { file: data.log } : "stderr",
  });
  opened.defer(() => logger.flush());
  logger.info("coordinator.start", { config, pid: process.pid });

  const preparedSigner = prepareSigner(config, data, { clock, logger });
  opened.defer(() => preparedSigner.stop());
  const authority = await openAuthority(data.authority, { clock, random, agentMs: config.agentCertificateMs });
  const adminToken = await openAdminToken(data.root, random);
  const certificates = await issueListenerCertificates({ authority, names: config.certificateNames, clock, logger });
  opened.defer(() => certificates.stop());
  const tls = certificates.first;

  const record = await openRecord(config, data, { clock, random, logger });
  opened.defer(() => record.close());
  const signer = await preparedSigner.open(record.signerLogin);
  const queue = await openQueue(config, record.queueLogin, { clock, random, logger });
  opened.defer(() => queue.close());

  const lists = createActiveLists({ store: record.lists, clock, logger });
  const compiler = createRuleCompiler(lists);
  const activeRules = createActiveRules({ store: record.ruleSets, compiler, lists, clock, logger });
  lists.start();
  opened.defer(() => lists.stop());
  await activeRules.start();
  opened.defer(() => activeRules.stop());
  const ingest = createIngest({
    store: record.ingest,
    queue,
    rules: activeRules,
    clock,
    logger,
    limits: {
      waitingEventsMax: config.intake.waitingEventsMax,
      waitingBytesMax: config.intake.waitingBytesMax,
    },
    minimums: config.minimums,
  });
  opened.defer(() => ingest.drain());
  const dispatcher = createDispatcher({
    queue,
    store: record.actions,
    brakes: record.brakes,
    labels: record.labels,
    redeliveries: record.redeliveries,
    clock,
    logger,
    limits: { inFlightMax: config.offersInFlightMax },
  });
  opened.defer(() => dispatcher.close());
  const sessions = createSiteSessions({
    sessions: record.sessions,
    inventory: record.inventory,
    clock,
    logger,
    actingLeaseMs: config.actingLeaseMs,
  });
  const redelivery = createRedelivery({ store: record.redeliveries, queue, clock, logger });
  const release = createReleaseHeld({
    held: record.held,
    store: record.actions,
    brakes: record.brakes,
    labels: record.labels,
    queue,
    clock,
    logger,
  });
  const chains = createChainSteps({ chains: record.chains, release, clock, logger });
  opened.defer(() => chains.idle());
  const sweep = createSweep({
    store: record.sweep,
    sessions: record.sessions,
    redelivery,
    chains,
    queue,
    clock,
    logger,
  });
  sweep.start();
  opened.defer(() => sweep.stop());
  const retention = createRetention({ store: record.retention, clock, logger, defaultDays: config.retentionDays });
  retention.start();
  opened.defer(() => retention.stop());
  const listSweep = createListSweep({ store: record.lists, clock, logger });
  listSweep.start();
  opened.defer(() => listSweep.stop());
  const enrolment = createEnrolment({
    store: record.agents,
    issuer: createIdentityIssuer(authority, clock),
    graceMs: config.agentRenewalGraceMs,
    clock,
    random,
  });
  const senders = createSenderRecogniser({
    authenticator: createSenderAuthenticator({ store: record.credentials, clock, random }),
    clock,
  });

  const plans = createPlanDesk({
    store: record.plans,
    replay: record.replay,
    ruleSets: record.ruleSets,
    compiler,
    lists,
    clock,
    random,
    logger,
    minimums: config.minimums,
  });
  plans.watch();
  opened.defer(() => plans.stop());

  const evidence = createEvidenceDesk({
    store: record.evidence,
    actions: record.actions,
    tell: (site, { requestId }) => gateway.askForEvidence(site, requestId),
    clock,
    random,
    logger,
  });
  const linkOf = (site: SiteRef) => dispatcher.linkOf(site);
  const leases = createLeaseWatch({ store: record.leases, linkOf, clock, logger });
  leases.start();
  opened.defer(() => leases.stop());
  const handout = createReleaseHandout({ store: record.updates, clock, logger });
  handout.start();
  opened.defer(() => handout.stop());
  const releases = openReleaseFolder(config.releasesDirectory ?? data.releases);

  const gateway = createGateway({
    signer,
    handout,
    enrolment,
    revokedAmong: record.agents.revokedAmong,
    identities: createSessionIdentities({ enrolment, store: record.agents, bundle: authority.bundle, logger }),
    sessions,
    applyStatuses: createApplyStatuses({ store: record.actions, chains, clock, logger }),
    dispatcher,
    redelivery,
    leases,
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
  const retire = createRetireAgents({
    enrolment,
    actions: record.actions,
    dropAgent: gateway.dropAgent,
    refreshTls: () => gatewayTls.refresh(),
  });
  const download = serveReleases({
    enrolment,
    getRelease: record.updates.getRelease,
    fileOf: releases.fileOf,
    logger,
  });
  gateway.server.on("request", (request, response) => void download(request, response));
  const intake = createIntakeServer({
    senders,
    parse: (tenant, body, receivedAt) => parseBody(tenant, body, receivedAt, config.intake),
    ingest,
    clock,
    logger,
    limits: config.intake,
    tls,
  });
  opened.defer(() => intake.close());
  const actions = createActionDesk({
    store: record.actions,
    inventory: record.inventory,
    brakes: record.brakes,
    labels: record.labels,
    readiness: record.readiness,
    minimums: config.minimums,
    queue,
    linkOf,
    clock,
    random,
    logger,
  });

  const ruleRollouts = createRuleRolloutWatch({
    store: record.ruleRollouts,
    active: activeRules,
    cancel: actions.cancel,
    clock,
    logger,
  });
  ruleRollouts.start();
  opened.defer(() => ruleRollouts.stop());
  const leaseDesk = createLeaseDesk({
    leases: record.leases,
    actions: record.actions,
    cancel: actions.cancel,
    linkOf,
    clock,
    logger,
  });

  const approving = { approvals: record.approvals, store: record.actions, release, clock, logger };
  const approvalWatch = createApprovalWatch(approving);
  approvalWatch.start();
  opened.defer(() => approvalWatch.stop());

  const canaryWatch = createCanaryWatch({ store: record.canaries, actions, clock, logger });
  canaryWatch.start();
  opened.defer(() => canaryWatch.stop());

  const brakes = createBrakeDesk({
    store: record.brakes,
    holds: record.ruleHolds,
    resets: record.coolDownResets,
    rules: activeRules,
    clock,
    random,
    logger,
  });
  const labels = createLabelDesk({ store: record.labels, clock, logger });

  const forwarder = forwardAudit(config, record, { clock, logger });
  opened.defer(() => forwarder?.stop());
  const audit = openAudit({ store: record.audit, keysDirectory: data.auditKeys, forwarder, clock, logger });
  audit.keeper.start();
  opened.defer(() => audit.keeper.stop());

  let urls: PublicUrls = { intake: "", api: "", gateway: "" };
  const people = createPeople({ store: record.people, clock, random, logger });
  const access = openAccess({ store: record.access, people: record.people, clock, random, logger });
  const login = await openLogin({
    config: config.login,
    store: record.login,
    adminToken,
    recogniseOther: access.principals.ofToken,
    describe: async (found) => {
      const { name, grants } = await principalOf(access.principals, found, { ip: "" });
      return { name, rights: grants.length > 0 };
    },
    tell: tellAudit(record.audit, clock),
    apiUrl: () => urls.api,
    clock,
    random,
    logger,
  });
  login.start();
  opened.defer(() => login.stop());
  const api = await createApiServer({
    login,
    identify: identifyBy(login.authenticator, access.principals),
    trail: record.audit,
    clock,
    tls,
    logger,
    services: {
      estate: createEstate({
        tenants: record.tenants,
        sessions: record.sessions,
        standDown: gateway.standDown,
        readiness: record.readiness,
        inventory: record.inventory,
        queue,
        clock,
        logger,
      }),
      retention,
      enrolment,
      signingKeys: signingKeyDesk({ signer, changed: gateway.keysChanged, logger }),
      revokeAgent: retire.revoke,
      decommissionAgent: retire.decommission,
      credentials: createIntakeCredentials({ store: record.credentials, clock, random }),
      credentialsChanged: senders.forget,
      rules: createRuleSets({ store: record.ruleSets, compiler, active: activeRules, clock }),
      records: record.actions,
      why: createWhyDesk({
        store: record.why,
        records: record.actions,
        inventory: record.inventory,
        ruleSets: record.ruleSets,
        compile: compiler.compile,
        clock,
      }),
      replay: createReplayQuarantined({ store: record.actions, ingest, parse: parseRaw, clock }),
      actions,
      approvals: createApprovalDesk(approving),
      audit: audit.desk,
      people,
      access: access.desk,
      tokens: access.tokens,
      breakGlass: login.breakGlass,
      canaries: createCanaryDesk({ store: record.canaries, clock, logger }),
      brakes,
      labels,
      loosenings: createLooseningDesk({
        store: record.loosenings,
        brakes,
        labels,
        inForce: record.brakes.inForce,
        clock,
        random,
        logger,
      }),
      leases: leaseDesk,
      lists: createListDesk({ store: record.lists, active: lists, clock, logger }),
      ruleRollouts: createRuleRolloutDesk({
        store: record.ruleRollouts,
        ruleSets: record.ruleSets,
        tenants: record.tenants,
        compiler,
        contentOf: contentHash,
        active: activeRules,
        checkPlan: plans.check,
        leases: leaseDesk,
        clock,
        random,
        logger,
      }),
      evidence,
      plans,
      shadow: createShadowDesk({ store: record.actions, rules: activeRules, clock }),
      updates: createUpdateDesk({
        store: record.updates,
        folder: releases,
        keys: config.releaseKeys,
        readManifest: readReleaseManifest,
        protocol: PROTOCOL,
        clock,
        random,
      }),
      health: createHealthProbe({
        startedAt,
        pingDatabase: record.ping,
        pingQueue: () => queue.stats(HEALTH_SITE),
        queueBackend: config.redisUrl ? "redis" : "postgres",
        gatewaySessions: gateway.sessionCount,
        intakePressure: intake.pressure,
        breakGlass: login.breakGlass.state,
      }),
      urls: () => urls,
      authority,
      revocations: gatewayTls.revocations,
      authorityDesk: createAuthorityDesk({
        authority,
        store: record.agents,
        onChanged: async () => {
          await certificates.renew();
          gateway.tellAll(trustBundle(authority.bundle()));
        },
        logger,
      }),
    },
  });
  opened.defer(() => api.close());

  certificates.onRenewed((next) => {
    intake.server.setSecureContext(next);
    api.server.setSecureContext(next);
    return gatewayTls.refresh(next);
  });
  const { host } = config;
  const ports = {
    gateway: await listen(gateway.server, {
      name: "gateway",
      host,
      port: config.ports.gateway,
      variable: "CORDON_GATEWAY_PORT",
    }),
    api: await listen(api.server, { name: "API", host, port: config.ports.api, variable: "CORDON_API_PORT" }),
    intake: await listen(intake.server, {
      name: "intake",
      host,
      port: config.ports.intake,
      variable: "CORDON_INTAKE_PORT",
    }),
  };
  const name = config.publicHost.includes(":") ? `[${config.publicHost}]` : config.publicHost;
  urls = {
    intake: `https://${name}:${ports.intake}`,
    api: `https://${name}:${ports.api}`,
    gateway: `wss://${name}:${ports.gateway}`,
  };
  logger.info("coordinator.ready", { urls });

  const running = opened.move();
  return {
    readyFile: data.readyFile,
    ready: {
      ready: true,
      pid: process.pid,
      urls,
      ports,
      adminTokenFile: adminToken.file,
      caFile: authorityFiles(data.authority).certificateFile,
      dataDirectory: data.root,
    },
    stop: async () => {
      logger.info("coordinator.stop", {});
      await running.disposeAsync();
    },
  };
}

function openQueue(
  config: Config,
  login: Awaited<ReturnType<typeof openRecord>>["queueLogin"],
  deps: { readonly clock: Clock; readonly random: Random; readonly logger: Logger },
): Promise<DispatchQueue> {
  if (config.redisUrl) return createRedisDispatchQueue({ ...deps, url: config.redisUrl });
  return createPostgresDispatchQueue({ ...deps, ...login });
}
