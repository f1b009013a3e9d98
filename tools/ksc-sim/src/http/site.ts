import type { World } from "../model/world.ts";
import type { ServerConfig } from "../types.ts";
import type { Account, Accounts } from "./accounts.ts";
import type { Faults } from "./faults.ts";
import type { OneTimeTokens } from "./one-time-tokens.ts";
import type { Session, SessionStore } from "./sessions.ts";

/** Where a gateway key leads: a secondary server, or a device's agent. */
export interface GatewayTarget {
  readonly account: Account;
  readonly parent: Session;
  readonly site: Site;
  readonly agentHostId: string | undefined;
}

export interface Download {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly owner: Session;
  busyLeft: number;
}

/** One simulated Administration Server: its world and what its API keeps about callers. */
export interface Site {
  readonly config: ServerConfig;
  readonly name: string;
  readonly instanceId: string;
  readonly world: World;
  readonly accounts: Accounts;
  readonly sessions: SessionStore;
  readonly faults: Faults;
  /** Handled calls by method. */
  readonly calls: Map<string, number>;
  readonly logonTokens: OneTimeTokens<{ account: Account; virtualServer: string }>;
  readonly gatewayKeys: OneTimeTokens<GatewayTarget>;
  /** Report files by path. */
  readonly downloads: Map<string, Download>;
  /** Which session an asynchronous action belongs to, to tell "not yours" from "not there". */
  readonly actionOwners: Map<string, Session>;
  /** Secondary servers by id. */
  readonly secondaries: Map<number, Site>;
  primary: Site | undefined;
  readonly certificatePem: string;
  /** Set when it listens. */
  port: number;
  closeConnections: () => void;
}

/** The certificate's bytes, as the API hands them out. */
export function certificateDer(site: Site): Buffer {
  return Buffer.from(site.certificatePem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
}
