import {
  agentRelease,
  agentReleaseInput,
  agentReleasePage,
  agentReleaseParams,
  fleetPage,
  fleetQuery,
  pageQuery,
  rollout,
  rolloutChangeParams,
  rolloutInput,
  rolloutPage,
  rolloutParams,
  rolloutWithRings,
} from "@cordon/contracts/api";
import type { FleetAgent, Release, RolloutView } from "@cordon/coordinator-core";
import { AppError, errorSpec } from "@cordon/core/kernel";
import * as z from "zod";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";
import { pageOfWhole, readCursor } from "../paging.ts";

const tags = ["agent updates"];
const idCursor = z.string();
/** Rollouts that a list looks back on. */
const ROLLOUTS_MAX = 500;

/** Releases of the agent and how they go over the fleet; the provider's, so no tenant is named. */
export function updateRoutes(app: ApiApp, services: ApiServices): void {
  const { updates } = services;

  app.post(
    "/releases",
    {
      config: { access: fleet("agents.update") },
      schema: {
        tags,
        summary: "Register a release that lies in the releases folder: its signature and every file are verified",
        body: agentReleaseInput,
        response: { 200: agentRelease, 201: agentRelease },
      },
    },
    async ({ body, actor }, reply) => {
      const { release: made, created } = await updates.register(body.version, actor);
      return reply.code(created ? 201 : 200).send(releaseToWire(made));
    },
  );

  app.get(
    "/releases",
    {
      config: { access: fleet("fleet.read") },
      schema: { tags, summary: "List releases", querystring: pageQuery, response: { 200: agentReleasePage } },
    },
    async ({ query }) => {
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(await updates.listReleases(), page, (row) => row.manifest.version, releaseToWire);
    },
  );

  app.get(
    "/releases/:version",
    {
      config: { access: fleet("fleet.read") },
      schema: { tags, summary: "Show a release", params: agentReleaseParams, response: { 200: agentRelease } },
    },
    async ({ params }) => {
      const found = await updates.getRelease(params.version);
      if (found === undefined) throw new AppError("release.not_found", params.version);
      return releaseToWire(found);
    },
  );

  app.post(
    "/rollouts",
    {
      config: { access: fleet("agents.update") },
      schema: {
        tags,
        summary: "Let a release go over the fleet, ring by ring",
        body: rolloutInput,
        response: { 201: rolloutWithRings },
      },
    },
    async ({ body, actor }, reply) => {
      const rings = body.rings.map(({ sites, share, soakSeconds }) => ({ sites, share, soakMs: soakSeconds * 1_000 }));
      const { rolloutId } = await updates.start(body.version, rings, actor);
      return reply.code(201).send(await viewOrThrow(services, rolloutId));
    },
  );

  app.get(
    "/rollouts",
    {
      config: { access: fleet("fleet.read") },
      schema: { tags, summary: "List rollouts", querystring: pageQuery, response: { 200: rolloutPage } },
    },
    async ({ query }) => {
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(
        await updates.listRollouts(ROLLOUTS_MAX),
        page,
        (row) => row.rolloutId,
        (row) => row,
      );
    },
  );

  app.get(
    "/rollouts/:rolloutId",
    {
      config: { access: fleet("fleet.read") },
      schema: {
        tags,
        summary: "Show a rollout: its rings, and how their agents stand",
        params: rolloutParams,
        response: { 200: rolloutWithRings },
      },
    },
    async ({ params }) => viewOrThrow(services, params.rolloutId),
  );

  app.post(
    "/rollouts/:rolloutId/:change",
    {
      config: { access: fleet("agents.update") },
      schema: {
        tags,
        summary: "Pause, resume, abort or advance a rollout",
        params: rolloutChangeParams,
        response: { 200: rollout },
      },
    },
    async ({ params, actor }) => updates.change(params.rolloutId, params.change, actor),
  );

  app.get(
    "/fleet",
    {
      config: { access: fleet("fleet.read") },
      schema: {
        tags,
        summary: "Who runs what: every agent with its version",
        querystring: fleetQuery,
        response: { 200: fleetPage },
      },
    },
    async ({ query }) => {
      const version = query.version ?? (await updates.listRollouts(1))[0]?.version ?? "";
      const page = { limit: query.limit, after: readCursor(idCursor, query.cursor) };
      return pageOfWhole(await updates.fleet(version), page, (row) => row.agentId, agentToWire);
    },
  );
}

async function viewOrThrow(services: ApiServices, rolloutId: string) {
  const found = await services.updates.view(rolloutId);
  if (found === undefined) throw new AppError("rollout.not_found", rolloutId);
  return viewToWire(found);
}

function viewToWire({ rollout: one, rings }: RolloutView) {
  return {
    ...one,
    rings: rings.map(({ soakMs, agents }, index) => {
      const { sites, share } = one.rings[index] ?? {};
      return {
        ...(sites === undefined ? {} : { sites }),
        ...(share === undefined ? {} : { share }),
        soakSeconds: soakMs / 1_000,
        agents,
      };
    }),
  };
}

function releaseToWire({ manifest, keyId, registeredAt, registeredBy }: Release) {
  const { format: _format, product: _product, ...shown } = manifest;
  return { ...shown, keyId, registeredAt, registeredBy };
}

function agentToWire({ report, ...agent }: FleetAgent) {
  if (report === undefined) return agent;
  const { problem, ...rest } = report;
  const shown = problem === undefined ? {} : { problem: { ...problem, mend: errorSpec(problem.code).mend } };
  return { ...agent, report: { ...rest, ...shown } };
}
