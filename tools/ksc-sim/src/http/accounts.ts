import type { Knobs } from "../config/knobs.ts";
import { KscError } from "../model/errors.ts";
import type { Right, ServerConfig, UserConfig } from "../types.ts";
import { RIGHTS } from "../types.ts";
import { matchesPattern } from "./patterns.ts";

export interface Account {
  readonly name: string;
  readonly trusteeId: number;
  readonly config: UserConfig;
  readonly rights: ReadonlySet<Right>;
  failures: number;
  lockedUntilMs: number;
  /** Exempted from two-step verification. */
  totpExempt: boolean;
}

export interface Accounts {
  /** Checks a password. Throws KLWAT 1453 when it is wrong, SPL 2013 while the account is blocked (K5). */
  checkPassword(user: string, password: string, nowMs: number): Account;
  /** Throws KLWAT 1454 for a token nobody was given. */
  checkWebToken(token: string): Account;
  byName(user: string): Account | undefined;
  byTrustee(id: number | bigint): Account | undefined;
  all(): readonly Account[];
  add(config: UserConfig): Account;
  lock(user: string, untilMs: number): void;
  unlock(user: string): void;
}

const FIRST_TRUSTEE = 1001;

export function usersOf(server: ServerConfig): readonly UserConfig[] {
  const main = { user: server.user ?? "soc", password: server.password ?? "secret" };
  const users = server.users ?? [];
  return server.user !== undefined || users.length === 0
    ? [main, ...users.filter((user) => user.user !== main.user)]
    : users;
}

export function createAccounts(users: readonly UserConfig[], knobs: () => Knobs): Accounts {
  const accounts = new Map<string, Account>();

  function add(config: UserConfig): Account {
    const account: Account = {
      name: config.user,
      trusteeId: FIRST_TRUSTEE + accounts.size,
      config,
      rights: new Set(config.rights === undefined || config.rights === "all" ? RIGHTS : config.rights),
      failures: 0,
      lockedUntilMs: 0,
      totpExempt: false,
    };
    accounts.set(config.user, account);
    return account;
  }
  for (const user of users) add(user);

  return {
    checkPassword: (user, password, nowMs) => {
      const account = accounts.get(user);
      if (account === undefined) throw new KscError("badCredentials");
      if (nowMs < account.lockedUntilMs) throw new KscError("accountLocked");
      if (account.config.password !== password) {
        account.failures += 1;
        if (account.failures >= knobs().lockAfter) {
          account.failures = 0;
          account.lockedUntilMs = nowMs + knobs().lockFor * 1000;
        }
        throw new KscError("badCredentials");
      }
      if (account.config.totp === true && !account.totpExempt) {
        throw new KscError("badCredentials", "Two-step verification is required for this account");
      }
      account.failures = 0;
      return account;
    },
    checkWebToken: (token) => {
      for (const account of accounts.values()) if (account.config.webToken === token) return account;
      throw new KscError("badWebToken");
    },
    byName: (user) => accounts.get(user),
    byTrustee: (id) => [...accounts.values()].find((account) => account.trusteeId === Number(id)),
    all: () => [...accounts.values()],
    add,
    lock: (user, untilMs) => {
      const account = accounts.get(user);
      if (account !== undefined) account.lockedUntilMs = untilMs;
    },
    unlock: (user) => {
      const account = accounts.get(user);
      if (account === undefined) return;
      account.lockedUntilMs = 0;
      account.failures = 0;
    },
  };
}

/** K7: throws KLSTD 1184 when the user lacks the right or the method is refused to them. */
export function checkRight(account: Account, right: Right | undefined, method: string): void {
  const denied = account.config.denyMethods?.some((pattern) => matchesPattern(pattern, method)) ?? false;
  if (denied || (right !== undefined && !account.rights.has(right))) {
    throw new KscError(
      "noAccess",
      `Access denied: ${method}${right === undefined ? "" : ` needs the right "${right}"`}`,
      { args: [method] },
    );
  }
}
