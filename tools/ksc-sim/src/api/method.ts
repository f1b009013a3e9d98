import type { ArgumentPolicy, ArgumentSpec, Arguments } from "../http/arguments.ts";
import { readArguments } from "../http/arguments.ts";
import type { Reply } from "../http/envelope.ts";
import type { Session } from "../http/sessions.ts";
import type { Site } from "../http/site.ts";
import type { World } from "../model/world.ts";
import type { Right } from "../types.ts";

/** One call as a method sees it. */
export interface Call {
  readonly site: Site;
  readonly session: Session;
  readonly world: World;
  readonly now: number;
  /** The server that holds the connection; differs from `site` in a gateway session. */
  readonly entry: Site;
}

export interface Method {
  readonly args: ArgumentSpec;
  /** The right a caller needs; undefined for what every logged-on session may do. */
  readonly right: Right | undefined;
  /** Answered by the server, by a device's Network Agent (gateway session), or by both. */
  readonly side: "server" | "agent" | "both";
  run(call: Call, body: Readonly<Record<string, unknown>>, policy: ArgumentPolicy): Reply;
}

export type MethodTable = Readonly<Record<string, Method>>;

export function method<S extends ArgumentSpec>(definition: {
  readonly right?: Right;
  readonly side?: Method["side"];
  readonly args: S;
  readonly handle: (call: Call, args: Arguments<S>) => Reply;
}): Method {
  return {
    args: definition.args,
    right: definition.right,
    side: definition.side ?? "server",
    run: (call, body, policy) => definition.handle(call, readArguments(definition.args, body, policy)),
  };
}

/** What a void method answers. */
export const VOID: Reply = {};
