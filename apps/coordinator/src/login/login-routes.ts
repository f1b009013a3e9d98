import {
  cliCodeForm,
  cliToken,
  cliTokenRequest,
  type LoginSession,
  loggedOut,
  loginMethods,
  loginQuery,
  loginSession,
  logoutForm,
} from "@cordon/contracts/api";
import type { CliRequest, LoginDesk, TellLogin } from "@cordon/coordinator-core";
import { AppError, asAppError, type Clock, type Logger } from "@cordon/core/kernel";
import { csrfTokenOf, loginWords, mayCookieAct, sourceOf } from "@cordon/core/login";
import type { FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import type { ApiApp } from "../api/api-server.ts";
import type { Authenticator, Credential } from "./authenticate.ts";
import { headerOf } from "./authenticate.ts";
import {
  noPendingCookie,
  noSessionCookie,
  PENDING_MS,
  pendingCookie,
  readPendingCookie,
  readSessionCookie,
  sessionCookie,
} from "./cookies.ts";
import type { OpenIdClient } from "./openid-client.ts";
import { allowPage, errorPage, type Html, sessionPage, signedOutPage } from "./pages.ts";

export interface LoginRoutesDeps<Other> {
  /** Undefined: no provider is configured. */
  readonly provider: OpenIdClient | undefined;
  readonly desk: LoginDesk;
  readonly authenticator: Authenticator<Other>;
  readonly tell: TellLogin;
  /** Whether anything is allowed to whom the credential is of, and its name. */
  readonly describe: (credential: Credential<Other>) => Promise<Pick<LoginSession, "name" | "rights">>;
  /** `https://host:port`, as browsers reach this listener. */
  readonly ownOrigin: () => string;
  readonly lifeMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const tags = ["login"];
/** A form of ours has one field, a body two. */
const FORM_BYTES_MAX = 4_096;

/** `/auth`: signing in and out, for browsers and for the command lines that send one here. */
export function loginRoutes<Other>(app: ApiApp, deps: LoginRoutesDeps<Other>): void {
  const { desk, authenticator, clock, logger } = deps;
  const provider = (): OpenIdClient => {
    if (deps.provider === undefined) throw new AppError("login.not_configured", "CORDON_OIDC_ISSUER is not set");
    return deps.provider;
  };
  const redirectUri = (): string => `${deps.ownOrigin()}/auth/callback`;

  answerBrowsers(app, logger);
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: FORM_BYTES_MAX },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  app.get(
    "/methods",
    { schema: { tags, summary: "Tell how one can sign in", response: { 200: loginMethods } } },
    async () => ({ openId: deps.provider !== undefined }),
  );

  app.get(
    "/login",
    {
      schema: {
        tags,
        summary: "Send the browser to the OpenID provider; with port, challenge and state for a command line",
        querystring: loginQuery,
        response: { 302: z.undefined() },
      },
    },
    async (request, reply) => {
      const own = deps.ownOrigin();
      // The cookie belongs to one host, and the provider brings the browser back to that one.
      if (request.host !== new URL(own).host) return reply.redirect(`${own}${request.url}`, 302);
      const cli = cliRequestOf(request.query);
      const { url, checks } = await provider().begin(redirectUri());
      const pending = { ...checks, startedAt: clock.now(), ...(cli === undefined ? {} : { cli }) };
      return reply.header("set-cookie", pendingCookie(pending)).redirect(url, 302);
    },
  );

  app.get(
    "/callback",
    { schema: { tags, summary: "Take the provider's answer", response: { 302: z.undefined(), 200: z.string() } } },
    async (request, reply) => {
      authenticator.admit(request);
      reply.header("set-cookie", noPendingCookie());
      const identity = await failing(request, async () => {
        const pending = readPendingCookie(request.headers.cookie);
        if (pending === undefined || clock.now() - pending.startedAt >= PENDING_MS) {
          throw new AppError("login.not_started", "no login is under way in this browser");
        }
        const callback = new URL(redirectUri());
        callback.search = new URL(request.url, callback).search;
        return { pending, ...(await provider().finish(callback, pending)) };
      });
      const { pending, ...person } = identity;
      if (pending.cli !== undefined) return askForCommandLine(reply, person, pending.cli, request.ip);
      const started = await desk.startBrowser(person, request.ip);
      if (started.kind === "revoked") throw new AppError("login.revoked", started.name);
      // Whatever session the browser had before is not this one, and ends.
      const before = readSessionCookie(request.headers.cookie);
      if (before !== undefined) await desk.end(before, request.ip);
      reply.header("set-cookie", sessionCookie(started.token.reveal(), deps.lifeMs));
      return reply.redirect("/auth/session", 302);
    },
  );

  app.get(
    "/session",
    {
      schema: { tags, summary: "Tell who one is", response: { 200: z.union([loginSession, z.string()]) } },
    },
    async (request, reply) => {
      const found = await authenticator.authenticate(request);
      if (found === undefined) throw new AppError("api.unauthorized", "no session");
      const session = { ...(await deps.describe(found)), ...shownOf(found) };
      reply.header("cache-control", "no-store");
      if (!wantsPage(request)) return session;
      const out = await deps.provider?.endSessionUrl(`${deps.ownOrigin()}/auth/signed-out`);
      return sendPage(reply, 200, sessionPage(session, out === undefined ? undefined : new URL(out).origin));
    },
  );

  app.post(
    "/logout",
    {
      bodyLimit: FORM_BYTES_MAX,
      schema: {
        tags,
        summary: "End the session of the cookie or of the command line's token",
        body: logoutForm.nullish(),
        response: { 200: loggedOut, 303: z.undefined() },
      },
    },
    async (request, reply) => {
      const cookie = readSessionCookie(request.headers.cookie);
      const bearer = /^Bearer (cordon-cli-\S{1,200})$/.exec(request.headers.authorization ?? "")?.[1];
      const token = bearer ?? cookie;
      if (token === undefined) throw new AppError("api.unauthorized", "no session");
      if (bearer === undefined) requireOwnPage(request, token, request.body?.csrf, deps.ownOrigin());
      const ended = await desk.end(token, request.ip);
      reply.header("set-cookie", noSessionCookie()).header("cache-control", "no-store");
      const providerUrl = await deps.provider?.endSessionUrl(`${deps.ownOrigin()}/auth/signed-out`);
      if (wantsPage(request)) return reply.redirect(providerUrl ?? "/auth/signed-out", 303);
      return { ended, ...(providerUrl === undefined ? {} : { providerUrl }) };
    },
  );

  app.get(
    "/signed-out",
    { schema: { tags, summary: "Say that one is signed out", response: { 200: z.string() } } },
    async (_request, reply) => sendPage(reply, 200, signedOutPage()),
  );

  app.post(
    "/cli/allow",
    {
      bodyLimit: FORM_BYTES_MAX,
      schema: {
        tags,
        summary: "Allow a command line, from the page that asked for it, and send the browser to it",
        body: cliCodeForm,
        response: { 303: z.undefined() },
      },
    },
    async (request, reply) => {
      authenticator.admit(request);
      const { code } = request.body;
      const cli = await failing(request, async () => {
        requireOwnOrigin(request, deps.ownOrigin());
        const allowed = await desk.allowCli(code);
        if (allowed === undefined) throw new AppError("login.code_refused", "no such code waits to be allowed");
        return allowed;
      });
      const back = new URL(`http://127.0.0.1:${cli.port}/`);
      back.search = new URLSearchParams({ code, state: cli.state }).toString();
      return reply.redirect(back.href, 303);
    },
  );

  app.post(
    "/cli/token",
    {
      bodyLimit: FORM_BYTES_MAX,
      schema: {
        tags,
        summary: "Turn an allowed code, once, into the token of a command line",
        body: cliTokenRequest,
        response: { 201: cliToken },
      },
    },
    async (request, reply) => {
      authenticator.admit(request);
      const { code, verifier } = request.body;
      const { token, name, endsAt } = await failing(request, async () => {
        const started = await desk.takeCli(code, verifier, request.ip);
        if (started === undefined) throw new AppError("login.code_refused", "no such code was allowed");
        return started;
      });
      return reply.code(201).header("cache-control", "no-store").send({ token: token.reveal(), name, endsAt });
    },
  );

  async function askForCommandLine(
    reply: FastifyReply,
    person: Parameters<LoginDesk["prepareCli"]>[0],
    cli: CliRequest,
    from: string,
  ): Promise<FastifyReply> {
    const asked = await desk.prepareCli(person, cli, from);
    if (asked.kind === "revoked") throw new AppError("login.revoked", asked.name);
    const { name, code } = asked;
    return sendPage(
      reply,
      200,
      allowPage({ name, code: code.reveal(), port: cli.port, words: loginWords(cli.challenge) }),
    );
  }

  /** A refusal counts against the address, and its reason is in the log alone. */
  async function failing<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const error = asAppError(thrown);
      logger.warn("login.refused", { code: error.code, reason: error.message, source: sourceOf(request.ip) });
      if (error.spec.http < 500) {
        authenticator.failed(request);
        await deps.tell({
          by: { as: "nobody", name: "" },
          from: request.ip,
          what: `a login was refused at ${request.routeOptions.url}`,
          code: error.code,
        });
      }
      throw thrown;
    }
  }
}

/** [C2] A form of our own page: its secret is in the form. */
function requireOwnOrigin(request: FastifyRequest, own: string): void {
  const site = headerOf(request, "sec-fetch-site");
  const { origin } = request.headers;
  const ours = (site ?? "same-origin") === "same-origin" && (origin ?? own) === own;
  if (!ours || (site === undefined && origin === undefined)) {
    throw new AppError("login.cross_site", `POST ${request.routeOptions.url} from ${origin}`);
  }
}

function requireOwnPage(request: FastifyRequest, token: string, field: string | undefined, own: string): void {
  const { method, headers } = request;
  const csrfToken = field ?? headerOf(request, "x-cordon-csrf");
  const asked = { method, origin: headers.origin, fetchSite: headerOf(request, "sec-fetch-site"), csrfToken };
  if (mayCookieAct(asked, token, own)) return;
  throw new AppError("login.cross_site", `POST ${request.routeOptions.url} from ${headers.origin}`);
}

function cliRequestOf({ port, challenge, state }: z.output<typeof loginQuery>): CliRequest | undefined {
  if (port === undefined && challenge === undefined && state === undefined) return undefined;
  if (port !== undefined && challenge !== undefined && state !== undefined) return { port, challenge, state };
  const fields = [{ path: "querystring", message: "port, challenge and state belong together" }];
  throw new AppError("input.invalid", "a command line's login lacks a part", { details: { fields } });
}

function shownOf<Other>(found: Credential<Other>): Omit<LoginSession, "name" | "rights"> {
  if (found.kind !== "session") return { kind: found.kind === "breakGlass" ? "breakGlass" : "token", groups: [] };
  const { displayName, groups, endsAt } = found.who;
  const own = { kind: found.via, displayName, groups: [...groups], endsAt };
  return found.via === "browser" ? { ...own, csrfToken: csrfTokenOf(found.token) } : own;
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes("text/html") === true;
}

function sendPage(reply: FastifyReply, status: number, { headers, body }: Html): FastifyReply {
  return reply
    .code(status)
    .headers(headers)
    .serializer((text: string) => text)
    .send(body);
}

/** A person at a browser gets a page instead of JSON. */
function answerBrowsers(app: ApiApp, logger: Logger): void {
  app.setErrorHandler((thrown, request, reply) => {
    if (!(thrown instanceof AppError) || !wantsPage(request)) throw thrown;
    const { spec, details } = thrown;
    if (spec.http >= 500) logger.error("login.failed", { route: request.routeOptions.url, error: thrown });
    const { retryAfterSeconds } = details;
    if (typeof retryAfterSeconds === "number") reply.header("retry-after", retryAfterSeconds);
    return sendPage(reply, spec.http, errorPage(spec));
  });
}
