import { type LoginSession, whoami } from "@cordon/contracts/api";
import { createSend } from "../api/send-request.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { createLoginApi } from "../login/login-api.ts";
import { formatGrant } from "../show/grant.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment } from "../show/times.ts";

const KNOWN_BY: Readonly<Record<LoginSession["kind"], string>> = {
  browser: "a session of a browser",
  cli: "a session of this command line",
  token: "a token",
  breakGlass: "the break-glass token: each use raises an alarm",
};

export const registerWhoami: RegisterCommand = (program, host) => {
  const command = program
    .command("whoami")
    .description("who one is at the coordinator, by what, and until when")
    .action(async () => {
      const settings = await host.settings();
      const session = await createLoginApi(createSend({ ...settings, env: host.env }), host.signal).session();
      const { grants } = await (await host.api()).get("/whoami", whoami);
      host.print({ ...session, grants }, () =>
        formatFields([
          ["name", session.name],
          ["person", session.displayName],
          ["known by", KNOWN_BY[session.kind]],
          ["groups", session.groups.length === 0 ? undefined : session.groups.join(", ")],
          [
            "roles",
            grants.length === 0
              ? "none yet: an administrator has to give this name or a group one"
              : grants.map(formatGrant).join("\n"),
          ],
          [
            "ends",
            session.endsAt === undefined
              ? undefined
              : `${formatMoment(session.endsAt, host.clock.now())} if it is not used`,
          ],
        ]),
      );
    });
  addExamples(command, ["cordon whoami", "cordon whoami --json | jq -r .name"]);
};
