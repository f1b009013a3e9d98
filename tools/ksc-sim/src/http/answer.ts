import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { tick } from "../model/world.ts";
import type { Fault } from "../types.ts";
import { dispatch, refusal } from "./dispatch.ts";
import { answerDownload } from "./download.ts";
import type { Reply } from "./envelope.ts";
import { errorReply } from "./envelope.ts";
import { parseJson, printJson } from "./json.ts";
import { logOn, oneHeader } from "./logon.ts";
import { JSON_TYPE, send, sendJson, sendText } from "./respond.ts";
import type { Session } from "./sessions.ts";
import type { Site } from "./site.ts";

const PREFIX = "/api/v1.0/";

/** What the server knows of one TCP connection: the session logged on to it (mode A) and the requests in line. */
export interface Connection {
  readonly socket: Socket;
  session: Session | undefined;
  busy: boolean;
  line: Promise<void>;
}

/** Answers one request of a connection: a call, a log-on or a report file, with whatever faults strike it. */
export async function answer(
  site: Site,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): Promise<void> {
  const url = request.url ?? "/";
  const isCall = url.startsWith(PREFIX);
  const name = isCall ? (url.slice(PREFIX.length).split("?")[0] ?? "") : "GET";
  const faults = site.faults.strike(name);
  for (const fault of faults) if (await strikeBefore(site, connection, response, fault)) return;
  if (!isCall) {
    sendDownload(site, connection, request, response, url);
    return;
  }
  if (request.method !== "POST") {
    sendText(response, 405, "POST expected");
    return;
  }
  const type = request.headers["content-type"];
  if (type !== undefined && type.split(";")[0]?.trim().toLowerCase() !== JSON_TYPE) {
    sendText(response, 415, `Content-Type must be ${JSON_TYPE}`);
    return;
  }
  const outcome = handleCall(site, connection, request, name, text);
  if (outcome.kind === "text") {
    sendText(response, outcome.status, outcome.text);
    return;
  }
  if (dropsAfterCommit(site, name, outcome.reply, faults)) {
    connection.socket.destroy();
    return;
  }
  sendJson(site, request, response, outcome.reply);
}

type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "text"; readonly status: number; readonly text: string };

function handleCall(site: Site, connection: Connection, request: IncomingMessage, name: string, text: string): Outcome {
  const now = tick(site.world);
  if (name === "login" || name === "Session.StartSession") {
    return handleLogon(site, connection, request, name, now);
  }
  const token = oneHeader(request.headers["x-ksc-session"]);
  const session = token === undefined ? connection.session : site.sessions.find(token, now);
  if (session === undefined) {
    // K4: a token that is over is 403; a connection that never logged on is 401.
    return token === undefined ? text401() : text403();
  }
  if (token === undefined && !site.sessions.touch(session, now)) return text403();
  const body = readObject(text);
  if (body === undefined) return { kind: "text", status: 400, text: "The request body is not a JSON object" };
  const reply = dispatch(site, session, name, body);
  if (session.actions.overflowing(now)) connection.socket.end();
  return { kind: "reply", reply };
}

function handleLogon(site: Site, connection: Connection, request: IncomingMessage, name: string, now: number): Outcome {
  site.calls.set(name, (site.calls.get(name) ?? 0) + 1);
  try {
    const result = logOn(site, request.headers, now);
    if (!result.ok) return { kind: "text", status: result.status, text: result.text };
    if (name === "Session.StartSession") return { kind: "reply", reply: { PxgRetVal: result.session.token } };
    // K3: login binds the session to this connection and ends with it.
    if (connection.session !== undefined) site.sessions.end(connection.session);
    connection.session = result.session;
    if (result.session.agent !== undefined || result.session.site !== site) {
      result.session.onEnd.add(() => connection.socket.end());
    }
    return { kind: "reply", reply: {} };
  } catch (error) {
    return { kind: "reply", reply: refusal(error) };
  }
}

/** Faults that strike before the call is handled; true when they have answered or cut the connection. */
async function strikeBefore(
  site: Site,
  connection: Connection,
  response: ServerResponse,
  fault: Fault,
): Promise<boolean> {
  switch (fault.kind) {
    case "latency":
      await pause(fault.latencyMs ?? 1000);
      return connection.socket.destroyed;
    case "drop_before":
      connection.socket.destroy();
      return true;
    case "http_status":
      sendText(response, fault.status ?? 500, "Internal Server Error");
      return true;
    case "garbage":
      response.writeHead(200, { "content-type": JSON_TYPE });
      response.end(fault.body ?? '{"PxgRetVal": <html>');
      return true;
    case "ksc_error": {
      const { module, code, message } = {
        module: "KLSTD",
        code: 1195,
        message: "Temporarily unavailable",
        ...fault.error,
      };
      send(response, printJson(errorReply({ module, code, subcode: 0, message, args: [] })));
      return true;
    }
    case "session_loss":
      site.sessions.endAll();
      return false;
    case "drop_after":
      return false;
  }
}

/** K23: the ambiguous failure. The call has had its effect; its answer is lost. */
function dropsAfterCommit(site: Site, name: string, reply: Reply, faults: readonly Fault[]): boolean {
  if (faults.some((fault) => fault.kind === "drop_after")) return true;
  const { knobs, random } = site.world;
  return (
    knobs.dropAfterCommit > 0 &&
    name === "HostGroup.AddIncident" &&
    "PxgRetVal" in reply &&
    random.chance(knobs.dropAfterCommit)
  );
}

function sendDownload(
  site: Site,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
): void {
  const now = tick(site.world);
  const token = oneHeader(request.headers["x-ksc-session"]);
  const session = token === undefined ? connection.session : site.sessions.find(token, now);
  if (session === undefined || !site.sessions.touch(session, now)) {
    sendText(response, token === undefined && connection.session === undefined ? 401 : 403, "Not logged on");
    return;
  }
  if (request.method !== "GET") {
    sendText(response, 405, "GET expected");
    return;
  }
  const file = site.downloads.get(url);
  const result = answerDownload(file?.owner === session ? file : undefined, request.headers.range);
  response.writeHead(result.status, { ...result.headers, "content-length": result.body.length });
  response.end(result.body);
}

function readObject(text: string): Record<string, unknown> | undefined {
  if (text === "") return {};
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function text401(): Outcome {
  return { kind: "text", status: 401, text: "Not logged on: call login or Session.StartSession first" };
}

function text403(): Outcome {
  return { kind: "text", status: 403, text: "The session has ended" };
}
