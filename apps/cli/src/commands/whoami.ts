import type { LoginSession } from "@cordon/contracts/api";
import { createSend } from "../api/send-request.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { createLoginApi } from "../login/login-api.ts";
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
      host.print(session, () =>
        formatFields([
          ["name", session.name],
          ["person", session.displayName],
          ["known by", KNOWN_BY[session.kind]],
          ["groups", session.groups.length === 0 ? undefined : session.groups.join(", ")],
          ["rights", session.rights ? undefined : "none yet: an administrator has to give this name or a group a role"],
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
