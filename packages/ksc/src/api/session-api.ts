import type { CallOptions, KscCaller } from "../session/caller.ts";
import { readNothing, returning, text } from "../values/reply-schemas.ts";

/** Class Session (kaspersky.md 4.2). Starting and ending is the client's own business. */
export function createSessionApi(caller: KscCaller) {
  return {
    ping: (options?: CallOptions): Promise<void> => caller.call("Session.Ping", {}, "reads", readNothing, options),

    /** A one-time token for another client, good for about three minutes. It is a secret. */
    createToken: (options?: CallOptions): Promise<string> =>
      caller.call("Session.CreateToken", {}, "changes", returning(text), options),
  };
}
