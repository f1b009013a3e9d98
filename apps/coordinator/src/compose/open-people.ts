import { createPeople } from "@cordon/coordinator-core";
import { openAccess, principalOf } from "../access/open-access.ts";
import { forwardAudit } from "../audit/forward-audit.ts";
import { openAudit } from "../audit/open-audit.ts";
import { openLogin } from "../login/open-login.ts";
import { tellAudit } from "../login/tell-audit.ts";
import type { AdminToken } from "../start/admin-token.ts";
import { type Ground, keepRunning } from "./ground.ts";

export type OpenPeople = Awaited<ReturnType<typeof openPeople>>;

/** Who gets in, what of it may be done, and the book of what was. */
export async function openPeople(
  ground: Ground,
  own: { readonly adminToken: AdminToken; readonly apiUrl: () => string },
) {
  const { config, data, record, clock, random, logger, opened } = ground;
  const forwarder = forwardAudit(config, record, { clock, logger });
  opened.defer(() => forwarder?.stop());
  const audit = openAudit({ store: record.audit, keysDirectory: data.auditKeys, forwarder, clock, logger });
  keepRunning(ground, audit.keeper);
  const access = openAccess({ store: record.access, people: record.people, clock, random, logger });
  const login = await openLogin({
    config: config.login,
    store: record.login,
    adminToken: own.adminToken,
    recogniseOther: access.principals.ofToken,
    describe: async (found) => {
      const { name, grants } = await principalOf(access.principals, found, { ip: "" });
      return { name, rights: grants.length > 0 };
    },
    tell: tellAudit(record.audit, clock),
    apiUrl: own.apiUrl,
    clock,
    random,
    logger,
  });
  keepRunning(ground, login);
  return { audit, people: createPeople({ store: record.people, clock, random, logger }), access, login };
}
