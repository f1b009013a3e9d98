import type { Call } from "../api/method.ts";
import { METHODS } from "../api/registry.ts";
import { KscError } from "../model/errors.ts";
import { tick } from "../model/world.ts";
import { checkRight } from "./accounts.ts";
import type { Reply } from "./envelope.ts";
import { errorReply } from "./envelope.ts";
import type { Session } from "./sessions.ts";
import type { Site } from "./site.ts";

const UNKNOWN_METHOD = "(unknown)";

/** Runs one call of a logged-on session. Refusals come back as `PxgError`, which travels with HTTP 200 (K6). */
export function dispatch(entry: Site, session: Session, name: string, body: Readonly<Record<string, unknown>>): Reply {
  const { site, world } = session;
  const now = tick(world);
  const found = METHODS.get(name);
  // Unknown names share one counter: they come from outside and must not grow the table.
  const counted = found === undefined ? UNKNOWN_METHOD : name;
  site.calls.set(counted, (site.calls.get(counted) ?? 0) + 1);
  try {
    const side = session.agent === undefined ? "server" : "agent";
    if (found === undefined || (found.side !== "both" && found.side !== side)) {
      throw new KscError("noSuchCall", `Method ${name} is not known to this ${side === "agent" ? "agent" : "server"}`, {
        args: [name],
      });
    }
    checkRight(session.account, found.right, name);
    const call: Call = { site, session, world, now, entry };
    return found.run(call, body, world.knobs);
  } catch (error) {
    return refusal(error);
  }
}

export function refusal(error: unknown): Reply {
  if (error instanceof KscError) return errorReply(error.body);
  throw error;
}
