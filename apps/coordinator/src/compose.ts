import { createSenderAuthenticator, type DispatchQueue } from "@cordon/coordinator-core";
import { type Clock, type Random, siteId, tenantId } from "@cordon/core/kernel";
import { authorityFiles, openAuthority } from "@cordon/identity";
import { createPostgresDispatchQueue, createRedisDispatchQueue } from "@cordon/queue";
import { createLogger } from "@cordon/telemetry";
import type { PublicUrls } from "./api/api-services.ts";
import type { Ground } from "./compose/ground.ts";
import { openApi } from "./compose/open-api.ts";
import { openPeople } from "./compose/open-people.ts";
import { openRules } from "./compose/open-rules.ts";
import { openSites } from "./compose/open-sites.ts";
import { openWork } from "./compose/open-work.ts";
import { createIntakeServer } from "./intake/intake-server.ts";
import { parseBody } from "./intake/parse-body.ts";
import { createSenderRecogniser } from "./intake/recognise-sender.ts";
import { type OpenRecord, openRecord } from "./open-record.ts";
import { prepareSigner } from "./signer/prepare-signer.ts";
import { openAdminToken } from "./start/admin-token.ts";
import type { Ready } from "./start/announce.ts";
import type { Config } from "./start/config.ts";
import { openDataDirectory } from "./start/data-directory.ts";
import { createHealthProbe } from "./start/health-probe.ts";
import { listen } from "./start/listen.ts";
import { issueListenerCertificates } from "./start/listener-certificates.ts";
import { holdDataDirectory } from "./start/single-instance.ts";

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

  const ground: Ground = { config, data, record, queue, clock, random, logger, opened };
  const rules = await openRules(ground);
  const work = openWork(ground, rules);
  const sites = await openSites(ground, work, { authority, signer, tls });
  const senders = createSenderRecogniser({
    authenticator: createSenderAuthenticator({ store: record.credentials, clock, random }),
    clock,
  });
  const intake = createIntakeServer({
    senders,
    parse: (tenant, body, receivedAt) => parseBody(tenant, body, receivedAt, config.intake),
    ingest: work.ingest,
    clock,
    logger,
    limits: config.intake,
    tls,
  });
  opened.defer(() => intake.close());
  let urls: PublicUrls = { intake: "", api: "", gateway: "" };
  const people = await openPeople(ground, { adminToken, apiUrl: () => urls.api });
  const api = await openApi(ground, {
    rules,
    work,
    sites,
    people,
    signer,
    authority,
    certificates,
    tls,
    credentialsChanged: senders.forget,
    urls: () => urls,
    health: createHealthProbe({
      startedAt,
      pingDatabase: record.ping,
      pingQueue: () => queue.stats(HEALTH_SITE),
      queueBackend: config.redisUrl ? "redis" : "postgres",
      gatewaySessions: sites.gateway.sessionCount,
      intakePressure: intake.pressure,
      breakGlass: people.login.breakGlass.state,
    }),
  });

  certificates.onRenewed((next) => {
    intake.server.setSecureContext(next);
    api.server.setSecureContext(next);
    return sites.gatewayTls.refresh(next);
  });
  const { host } = config;
  const ports = {
    gateway: await listen(sites.gateway.server, {
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
  login: OpenRecord["queueLogin"],
  deps: Pick<Ground, "clock" | "random" | "logger">,
): Promise<DispatchQueue> {
  if (config.redisUrl) return createRedisDispatchQueue({ ...deps, url: config.redisUrl });
  return createPostgresDispatchQueue({ ...deps, ...login });
}
