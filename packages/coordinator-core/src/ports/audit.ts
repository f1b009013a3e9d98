import type {
  AuditChain,
  AuditFact,
  AuditRoot,
  ChainHead,
  ChainLink,
  KeyLine,
  SignedRoot,
  StubLine,
} from "@cordon/core/audit";
import type { EpochMs, TenantId } from "@cordon/core/kernel";

/** Where everybody tells what is to be audited and does not stand in the record by itself. */
export interface AuditTrail {
  /** Resolves when it is stored; throws `store.unavailable`. It takes its place in the chain soon after [U7]. */
  tell(chain: AuditChain, fact: AuditFact): Promise<void>;
}

/** What was told and has no place in its chain yet. */
export interface ToldFact {
  readonly chain: string;
  readonly fact: Readonly<Record<string, unknown>>;
}

export interface NewEntry extends ChainLink {
  readonly chain: string;
  /** Its canonical text. */
  readonly fact: string;
  readonly sealedAt: EpochMs;
}

export interface AuditEntry extends ChainLink {
  readonly fact: Readonly<Record<string, unknown>>;
  readonly sealedAt: EpochMs;
}

export interface AuditFilter {
  readonly after: number;
  readonly kind?: string;
  readonly by?: string;
  readonly endpointId?: string;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  readonly limit: number;
}

/** How a chain stands: its head, and the last that was signed of it. */
export interface ChainState {
  readonly chain: string;
  readonly head: ChainHead;
  readonly root?: AuditRoot;
}

export interface AuditRetention {
  readonly days: number;
  readonly changedAt: EpochMs;
  readonly changedBy: string;
}

export type AuditStub = Omit<StubLine, "type">;
export type AuditKey = Omit<KeyLine, "type">;

export interface AuditStore extends AuditTrail {
  /**
   * Takes at most `limit` of what was told, in the order in which it was, and puts what `link` makes of it behind the heads, in one transaction.
   * Answers how many; 0 also while another process is at it.
   */
  seal(
    limit: number,
    link: (heads: ReadonlyMap<string, ChainHead>, told: readonly ToldFact[]) => readonly NewEntry[],
  ): Promise<number>;
  /** How much was told and not sealed, and since when the oldest of it waits. */
  backlog(): Promise<{ readonly facts: number; readonly since?: EpochMs }>;
  listChains(): Promise<readonly ChainState[]>;
  addRoot(chain: string, root: SignedRoot): Promise<void>;
  /** Roots with `seq` above `after` and up to `upTo`, ascending. */
  listRoots(chain: AuditChain, after: number, upTo: number): Promise<readonly SignedRoot[]>;
  listEntries(chain: AuditChain, filter: AuditFilter): Promise<readonly AuditEntry[]>;
  stateOf(chain: AuditChain): Promise<ChainState>;
  getStub(chain: AuditChain): Promise<AuditStub | undefined>;
  /** Oldest first. */
  listKeys(chain: AuditChain): Promise<readonly AuditKey[]>;
  /** False: it is there. */
  addKey(chain: AuditChain, key: AuditKey): Promise<boolean>;
  getRetention(tenantId: TenantId): Promise<AuditRetention | undefined>;
  putRetention(tenantId: TenantId, setting: AuditRetention | undefined): Promise<void>;
  /** Of every chain that has a setting of its own. */
  listRetentions(): Promise<ReadonlyMap<string, number>>;
  /** The newest root that was signed before that moment. */
  rootBefore(chain: string, before: EpochMs): Promise<SignedRoot | undefined>;
  /** [U4] Removes up to `limit` entries up to the root's, and lets the root stand for them; answers how many. */
  removeUpTo(chain: string, root: SignedRoot, limit: number, now: EpochMs): Promise<number>;
}

/** Holds the private keys of the chains. */
export interface AuditSigner {
  /** With the chain's newest key, which is made when there is none. */
  sign(chain: AuditChain, bytes: Uint8Array): Promise<{ readonly keyId: string; readonly signature: string }>;
  /** The keys that it can sign with, oldest first. */
  keys(chain: AuditChain): Promise<readonly AuditKey[]>;
  /** Makes a new one, endorsed by the one before. */
  rotate(chain: AuditChain): Promise<AuditKey>;
}
