import * as z from "zod";
import { knobsSchema } from "../config/check-config.ts";
import type { Knobs } from "../config/knobs.ts";
import type { SimClock } from "../model/clock.ts";
import type { Fault, ForeignTask, HostChange, SimulatedServer } from "../types.ts";
import { ControlError } from "./server-control.ts";

export interface ControlRequest {
  readonly servers: readonly SimulatedServer[];
  readonly server: SimulatedServer | undefined;
  readonly clock: SimClock;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly input: unknown;
}

export interface Route {
  readonly verb: string;
  readonly path: string;
  readonly about: string;
  /** The path's parameters when verb and path fit. */
  match(verb: string, parts: readonly string[]): Readonly<Record<string, string>> | undefined;
  /** The answer; undefined answers `{"ok":true}`. */
  run(request: ControlRequest): unknown;
}

const behaviour = z.enum(["online", "offline", "slow", "fail", "warn", "never"]);
const hostChange = z.strictObject({
  behaviour: behaviour.optional(),
  outcomes: z
    .record(z.string(), z.enum(["online", "slow", "fail", "warn", "never"]))
    .nullable()
    .optional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
const fault = z.strictObject({
  kind: z.enum(["latency", "drop_before", "drop_after", "garbage", "http_status", "ksc_error", "session_loss"]),
  method: z.string().optional(),
  times: z.number().int().positive().optional(),
  after: z.string().optional(),
  probability: z.number().min(0).max(1).optional(),
  latencyMs: z.number().min(0).max(600_000).optional(),
  status: z.number().int().min(400).max(599).optional(),
  body: z.string().optional(),
  error: z.strictObject({ module: z.string(), code: z.number().int(), message: z.string().optional() }).optional(),
});
const foreignTask = z.strictObject({
  hostId: z.string(),
  kind: z.string().optional(),
  name: z.string().max(100).optional(),
  count: z.number().int().positive().optional(),
  state: z.enum(["pending", "ok", "failed"]).optional(),
});

export const ROUTES: readonly Route[] = [
  route("GET", "/", "this list", () => ({ routes: ROUTES.map(({ verb, path, about }) => ({ verb, path, about })) })),
  route("GET", "/servers", "the servers: url, port, certificate, user", ({ servers }) =>
    servers.map(({ name, url, port, certificatePem, user }) => ({ name, url, port, certificatePem, user })),
  ),
  route("POST", "/advance", "{seconds}: moves the clock of the whole process forward", ({ servers, clock, input }) => {
    const { seconds } = parse(z.strictObject({ seconds: z.number().min(0) }), input);
    servers[0]?.control.advance(seconds * 1000);
    return { now: clock.now() };
  }),
  onServer("GET", "hosts", "the devices", (server) => server.hosts()),
  onServer("POST", "hosts", "{behaviour?, outcomes?, attributes?}: changes every device", (server, { input }) => {
    server.control.setAllHosts(parse(hostChange, input) as HostChange);
  }),
  onServer(
    "POST",
    "hosts/:host",
    "{behaviour?, outcomes?, attributes?}: changes one device",
    (server, { input, parameters }) => {
      server.control.setHost(parameters.host ?? "", parse(hostChange, input) as HostChange);
    },
  ),
  onServer("DELETE", "hosts/:host", "removes a device", (server, { parameters }) => {
    server.control.removeHost(parameters.host ?? "");
  }),
  onServer("POST", "console", "{state: up|down}: the Web Console's background connection", (server, { input }) => {
    server.control.setConsole(parse(z.strictObject({ state: z.enum(["up", "down"]) }), input).state);
  }),
  onServer(
    "POST",
    "prevention-switch",
    "{position: on|off}: the policy's Execution Prevention switch",
    (server, { input }) => {
      server.control.setPreventionSwitch(parse(z.strictObject({ position: z.enum(["on", "off"]) }), input).position);
    },
  ),
  onServer("POST", "knobs", "any knobs: changes them", (server, { input }) => {
    server.control.setKnobs(parse(knobsSchema, input) as Partial<Knobs>);
  }),
  onServer("POST", "faults", "{kind, method?, times?, probability?, …}: adds a fault", (server, { input }) => {
    server.control.addFault(parse(fault, input) as Fault);
  }),
  onServer("DELETE", "faults", "removes every fault", (server) => {
    server.control.clearFaults();
  }),
  onServer("POST", "sessions/drop", "ends every session", (server) => {
    server.control.dropSessions();
  }),
  onServer("POST", "restart", "ends every session and closes every connection", (server) => {
    server.control.restart();
  }),
  onServer("POST", "users/:user/lock", "{seconds?}: blocks an account", (server, { input, parameters }) => {
    server.control.lockUser(
      parameters.user ?? "",
      parse(z.strictObject({ seconds: z.number().positive().optional() }), input).seconds,
    );
  }),
  onServer("POST", "users/:user/unlock", "unblocks an account", (server, { parameters }) => {
    server.control.unlockUser(parameters.user ?? "");
  }),
  onServer("DELETE", "tasks/:task", "an operator deletes a task", (server, { parameters }) => {
    server.control.deleteTask(parameters.task ?? "");
  }),
  onServer("POST", "tasks", "{hostId, kind?, name?, count?, state?}: others create tasks", (server, { input }) => ({
    ids: server.control.createForeignTasks(parse(foreignTask, input) as ForeignTask),
  })),
  onServer("POST", "hosts/:host/unblock", "an operator lifts an isolation", (server, { parameters }) => {
    server.control.unblockIsolation(parameters.host ?? "");
  }),
  onServer("GET", "truth", "everything that really is; ?part=tasks gives one member", (server, { query }) => {
    const truth = server.control.truth();
    const part = query.get("part");
    if (part === null) return truth;
    if (!Object.hasOwn(truth, part))
      throw new ControlError(`No part "${part}"; there are ${Object.keys(truth).join(", ")}.`);
    return truth[part as keyof typeof truth];
  }),
];

function route(verb: string, path: string, about: string, run: Route["run"]): Route {
  const pattern = path.split("/").filter(Boolean);
  return {
    verb,
    path,
    about,
    run,
    match: (askedVerb, parts) => {
      if (askedVerb !== verb || parts.length !== pattern.length) return undefined;
      const parameters: Record<string, string> = {};
      for (const [index, piece] of pattern.entries()) {
        const part = parts[index] ?? "";
        if (piece.startsWith(":")) parameters[piece.slice(1)] = part;
        else if (piece !== part) return undefined;
      }
      return parameters;
    },
  };
}

function onServer(
  verb: string,
  path: string,
  about: string,
  run: (server: SimulatedServer, request: ControlRequest) => unknown,
): Route {
  return route(verb, `/servers/:server/${path}`, about, (request) => {
    if (request.server === undefined) throw new ControlError("No server named in the path.");
    return run(request.server, request);
  });
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ControlError(
    parsed.error.issues.map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`).join("; "),
  );
}
