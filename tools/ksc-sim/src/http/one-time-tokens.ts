/** Tokens that work once and for a while: `KSCT` log-on tokens and `KSCGW` gateway keys. */
export interface OneTimeTokens<T> {
  issue(token: string, value: T, expiresMs: number): void;
  take(token: string, nowMs: number): T | undefined;
}

const TOKENS_MAX = 1000;

export function createOneTimeTokens<T>(): OneTimeTokens<T> {
  const tokens = new Map<string, { value: T; expiresMs: number }>();
  return {
    issue: (token, value, expiresMs) => {
      tokens.set(token, { value, expiresMs });
      for (const oldest of tokens.keys()) {
        if (tokens.size <= TOKENS_MAX) break;
        tokens.delete(oldest);
      }
    },
    take: (token, nowMs) => {
      const found = tokens.get(token);
      tokens.delete(token);
      return found !== undefined && nowMs <= found.expiresMs ? found.value : undefined;
    },
  };
}
