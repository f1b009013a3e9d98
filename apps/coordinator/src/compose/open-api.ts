import { contentHash } from "@cordon/contracts";
import { readReleaseManifest } from "@cordon/contracts/release";
import {
  createApprovalDesk,
  createAuthorityDesk,
  createBrakeDesk,
  createCanaryDesk,
  createEstate,
  createIntakeCredentials,
  createLabelDesk,
  createListDesk,
  createLooseningDesk,
  createReplayQuarantined,
  createRuleRolloutDesk,
  createRuleSets,
  createShadowDesk,
  createUpdateDesk,
  createWhyDesk,
} from "@cordon/coordinator-core";
import { PROTOCOL } from "@cordon/protocol";
import { identifyBy } from "../access/open-access.ts";
import { type ApiApp, createApiServer } from "../api/api-server.ts";
import type { ApiServices } from "../api/api-services.ts";
import { trustBundle } from "../gateway/session-identities.ts";
import { parseRaw } from "../intake/parse-body.ts";
import { signingKeyDesk } from "../signer/signing-key-desk.ts";
import type { ListenerCertificates, ListenerTls } from "../start/listener-certificates.ts";
import type { Ground } from "./ground.ts";
import type { OpenPeople } from "./open-people.ts";
import type { OpenRules } from "./open-rules.ts";
import type { OpenSites } from "./open-sites.ts";
import type { OpenWork } from "./open-work.ts";

export interface ApiParts {
  readonly rules: OpenRules;
  readonly work: OpenWork;
  readonly sites: OpenSites;
  readonly people: OpenPeople;
  readonly signer: Parameters<typeof signingKeyDesk>[0]["signer"];
  readonly authority: ApiServices["authority"] & Parameters<typeof createAuthorityDesk>[0]["authority"];
  readonly certificates: Pick<ListenerCertificates, "renew">;
  readonly tls: ListenerTls;
  readonly health: ApiServices["health"];
  readonly credentialsChanged: ApiServices["credentialsChanged"];
  readonly urls: ApiServices["urls"];
}

/** The desks at which people ask and order, behind the API. */
export async function openApi(ground: Ground, parts: ApiParts): Promise<ApiApp> {
  const { record, clock, logger, opened } = ground;
  const { login, access } = parts.people;
  const api = await createApiServer({
    login,
    identify: identifyBy(login.authenticator, access.principals),
    trail: record.audit,
    clock,
    tls: parts.tls,
    logger,
    services: {
      ...peopleDesks(parts.people),
      ...siteDesks(ground, parts),
      ...ruleDesks(ground, parts),
      ...workDesks(ground, parts),
      ...brakeDesks(ground, parts),
      health: parts.health,
      urls: parts.urls,
    },
  });
  opened.defer(() => api.close());
  return api;
}

function peopleDesks({ audit, people, access, login }: OpenPeople) {
  return {
    audit: audit.desk,
    people,
    access: access.desk,
    tokens: access.tokens,
    breakGlass: login.breakGlass,
  };
}

function siteDesks({ config, record, queue, clock, random, logger }: Ground, parts: ApiParts) {
  const { authority, certificates, signer } = parts;
  const { enrolment, evidence, gateway, gatewayTls, releases, retire } = parts.sites;
  return {
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
    enrolment,
    evidence,
    signingKeys: signingKeyDesk({ signer, changed: gateway.keysChanged, logger }),
    revokeAgent: retire.revoke,
    decommissionAgent: retire.decommission,
    canaries: createCanaryDesk({ store: record.canaries, clock, logger }),
    updates: createUpdateDesk({
      store: record.updates,
      folder: releases,
      keys: config.releaseKeys,
      readManifest: readReleaseManifest,
      protocol: PROTOCOL,
      clock,
      random,
    }),
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
  };
}

function ruleDesks({ record, clock, random, logger }: Ground, { rules, work }: ApiParts) {
  const { active, compiler, lists, plans } = rules;
  return {
    rules: createRuleSets({ store: record.ruleSets, compiler, active, clock }),
    lists: createListDesk({ store: record.lists, active: lists, clock, logger }),
    ruleRollouts: createRuleRolloutDesk({
      store: record.ruleRollouts,
      ruleSets: record.ruleSets,
      tenants: record.tenants,
      compiler,
      contentOf: contentHash,
      active,
      checkPlan: plans.check,
      leases: work.leaseDesk,
      clock,
      random,
      logger,
    }),
    plans,
    shadow: createShadowDesk({ store: record.actions, rules: active, clock }),
    why: createWhyDesk({
      store: record.why,
      records: record.actions,
      inventory: record.inventory,
      ruleSets: record.ruleSets,
      compile: compiler.compile,
      clock,
    }),
  };
}

function workDesks({ record, clock, random }: Ground, { work, credentialsChanged }: ApiParts) {
  return {
    retention: work.retention,
    credentials: createIntakeCredentials({ store: record.credentials, clock, random }),
    credentialsChanged,
    records: record.actions,
    replay: createReplayQuarantined({ store: record.actions, ingest: work.ingest, parse: parseRaw, clock }),
    actions: work.actions,
    approvals: createApprovalDesk(work.approving),
    leases: work.leaseDesk,
  };
}

function brakeDesks({ record, clock, random, logger }: Ground, { rules }: ApiParts) {
  const brakes = createBrakeDesk({
    store: record.brakes,
    holds: record.ruleHolds,
    resets: record.coolDownResets,
    rules: rules.active,
    clock,
    random,
    logger,
  });
  const labels = createLabelDesk({ store: record.labels, clock, logger });
  const loosenings = createLooseningDesk({
    store: record.loosenings,
    brakes,
    labels,
    inForce: record.brakes.inForce,
    clock,
    random,
    logger,
  });
  return { brakes, labels, loosenings };
}
