import type { IncomingHttpHeaders } from "node:http";
import { KscError } from "../model/errors.ts";
import type { Account } from "./accounts.ts";
import { readAuthorization, readVirtualServer } from "./authorization.ts";
import type { Session } from "./sessions.ts";
import type { Site } from "./site.ts";

/** A log-on that is refused on the HTTP level; wrong passwords are `KscError`s instead. */
export type LogonResult =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly status: 401; readonly text: string };

/** Opens a session for the credentials in a request's headers. Throws KscError for a refused password or token. */
export function logOn(site: Site, headers: IncomingHttpHeaders, nowMs: number): LogonResult {
  const credentials = readAuthorization(headers.authorization);
  const wantedServer = readVirtualServer(oneHeader(headers["x-ksc-vserver"]));
  switch (credentials.scheme) {
    case "basic": {
      const account = site.accounts.checkPassword(credentials.user, credentials.password, nowMs);
      return open(site, account, wantedServer, nowMs);
    }
    case "token": {
      const token = site.logonTokens.take(credentials.token, nowMs);
      if (token === undefined) throw new KscError("badCredentials", "The token is not known, was used or has expired");
      return open(site, token.account, wantedServer === "" ? token.virtualServer : wantedServer, nowMs);
    }
    case "web_token":
      return open(site, site.accounts.checkWebToken(credentials.token), wantedServer, nowMs);
    case "gateway":
      return openGateway(site, credentials.token, nowMs);
    case "ntlm":
      return { ok: false, status: 401, text: "NTLM is available to Windows servers only" };
    default:
      return { ok: false, status: 401, text: "Authorization header expected: KSCBasic, KSCT, KSCWT or KSCGW" };
  }
}

function open(site: Site, account: Account, virtualServer: string, nowMs: number): LogonResult {
  if (virtualServer !== "" && !site.world.virtualServers.has(virtualServer)) {
    throw new KscError("notFound", `Virtual server ${virtualServer} not found`, { args: [virtualServer] });
  }
  const allowed = account.config.virtualServers;
  if (allowed !== undefined && !allowed.includes(virtualServer)) {
    throw new KscError(
      "noAccess",
      `The user has no access to ${virtualServer === "" ? "the main server" : virtualServer}`,
    );
  }
  return { ok: true, session: site.sessions.open({ account, site, virtualServer, nowMs }) };
}

/** The connection then speaks as the secondary server or the device's agent, until the session behind it ends. */
function openGateway(site: Site, key: string, nowMs: number): LogonResult {
  const target = site.gatewayKeys.take(key, nowMs);
  if (target === undefined || target.parent.ended)
    throw new KscError("badCredentials", "The gateway key is not known, was used or has expired");
  const agent = target.agentHostId === undefined ? undefined : target.site.world.hosts.get(target.agentHostId);
  if (target.agentHostId !== undefined && (agent === undefined || agent.behaviour === "offline")) {
    throw new KscError("unavailable", "The device is not connected");
  }
  const session = site.sessions.open({ account: target.account, site: target.site, virtualServer: "", agent, nowMs });
  const endChild = (): void => site.sessions.end(session);
  target.parent.onEnd.add(endChild);
  session.onEnd.add(() => target.parent.onEnd.delete(endChild));
  return { ok: true, session };
}

export function oneHeader(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
