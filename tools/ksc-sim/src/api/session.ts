import { secretToken } from "../http/sessions.ts";
import type { MethodTable } from "./method.ts";
import { method, VOID } from "./method.ts";

/** A log-on token lives three minutes and works once. */
const TOKEN_LIFE_MS = 180_000;

export const sessionMethods: MethodTable = {
  "Session.Ping": method({ side: "both", args: {}, handle: () => VOID }),
  "Session.EndSession": method({
    side: "both",
    args: {},
    handle: ({ entry, session }) => {
      entry.sessions.end(session);
      return VOID;
    },
  }),
  "Session.CreateToken": method({
    args: {},
    handle: ({ entry, session, now }) => {
      const token = secretToken();
      entry.logonTokens.issue(
        token,
        { account: session.account, virtualServer: session.virtualServer },
        now + TOKEN_LIFE_MS,
      );
      return { PxgRetVal: token };
    },
  }),
};
