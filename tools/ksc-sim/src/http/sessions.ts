import { randomBytes } from "node:crypto";
import type { Host } from "../model/host.ts";
import type { World } from "../model/world.ts";
import type { Account } from "./accounts.ts";
import type { AsyncActions } from "./async-actions.ts";
import { createAsyncActions } from "./async-actions.ts";
import type { ResultSets } from "./result-sets.ts";
import { createResultSets } from "./result-sets.ts";
import type { Site } from "./site.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A logged-on client: bound to its connection (login) or to a token (StartSession). */
export interface Session {
  readonly token: string;
  readonly account: Account;
  /** The site that answers: the one connected to, or a secondary server behind a gateway. */
  readonly site: Site;
  readonly world: World;
  /** "" is the main server. */
  readonly virtualServer: string;
  /** The device whose Network Agent answers, in a session through an agent gateway. */
  readonly agent: Host | undefined;
  readonly results: ResultSets;
  readonly actions: AsyncActions;
  readonly subscriptions: Subscriptions;
  /** HostGroup.GetHostTasks objects: id → device, with the iterator's place. */
  readonly hostTaskObjects: Map<string, HostTasksObject>;
  /** What finished requests will hand out: request id → accessor, iterator or report text. */
  readonly pendingResults: Map<string, string>;
  lastUsedMs: number;
  ended: boolean;
  /** Called once when the session ends: closes what hangs on it. */
  readonly onEnd: Set<() => void>;
}

export interface HostTasksObject {
  readonly host: Host;
  items: readonly string[];
  cursor: number;
}

export interface SessionStore {
  open(given: {
    account: Account;
    site: Site;
    virtualServer: string;
    agent?: Host | undefined;
    nowMs: number;
  }): Session;
  /** The live session of a token; undefined when it ended, idled out or never was (K4). */
  find(token: string, nowMs: number): Session | undefined;
  /** Notes use; false when the session is over. */
  touch(session: Session, nowMs: number): boolean;
  end(session: Session): void;
  endAll(): void;
  readonly size: number;
}

const SWEEP_FROM = 200;

export function createSessionStore(idleMs: () => number): SessionStore {
  const sessions = new Map<string, Session>();

  function end(session: Session): void {
    if (session.ended) return;
    session.ended = true;
    sessions.delete(session.token);
    session.subscriptions.end();
    for (const run of session.onEnd) run();
    session.onEnd.clear();
  }

  function touch(session: Session, nowMs: number): boolean {
    if (session.ended) return false;
    if (nowMs - session.lastUsedMs > idleMs()) {
      end(session);
      return false;
    }
    session.lastUsedMs = nowMs;
    return true;
  }

  return {
    open: ({ account, site, virtualServer, agent, nowMs }) => {
      if (sessions.size >= SWEEP_FROM) {
        for (const other of sessions.values()) if (nowMs - other.lastUsedMs > idleMs()) end(other);
      }
      const session: Session = {
        token: secretToken(),
        account,
        site,
        world: site.world,
        virtualServer,
        agent,
        results: createResultSets(() => site.world.random.token(22)),
        actions: createAsyncActions(),
        subscriptions: createSubscriptions(site.world),
        hostTaskObjects: new Map(),
        pendingResults: new Map(),
        lastUsedMs: nowMs,
        ended: false,
        onEnd: new Set(),
      };
      sessions.set(session.token, session);
      return session;
    },
    find: (token, nowMs) => {
      const session = sessions.get(token);
      return session !== undefined && touch(session, nowMs) ? session : undefined;
    },
    touch,
    end,
    endAll: () => {
      for (const session of [...sessions.values()]) end(session);
    },
    get size() {
      return sessions.size;
    },
  };
}

/** Tokens are the one thing not drawn from the seed: even a simulator should not have guessable sessions. */
export function secretToken(): string {
  return randomBytes(24).toString("base64");
}
