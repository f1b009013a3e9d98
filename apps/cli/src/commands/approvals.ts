import { Option } from "@commander-js/extra-typings";
import { approval, approvalPage } from "@cordon/contracts/api";
import { APPROVAL_STATES } from "@cordon/core/approval";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { approvalColumns, formatApproval } from "../show/approval.ts";

export const registerApprovals: RegisterCommand = (program, host) => {
  const approvals = program.command("approvals").description("held actions that wait for the yes of persons");
  addExamples(approvals, EXAMPLES);
  approvals
    .command("list")
    .description("what waits, the newest first, with its age and what silence will mean")
    .option("--rule <id>", "of one rule")
    .option("--event <id>", "of one event")
    .option("--site <id>", "at one site")
    .addOption(new Option("--state <state>", "`all` shows what was decided, too").choices([...APPROVAL_STATES, "all"]))
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ rule, event, site, state = "open", limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const query = { ruleId: rule, eventId: event, siteId: site, state: state === "all" ? undefined : state };
        const path = `${await host.tenantPath()}/approvals`;
        const options = { query, limit, onProgress: host.onProgress };
        const listed = await (await host.api()).list(path, approvalPage, options);
        return listLook(listed, approvalColumns(host.paint, host.clock.now()));
      }),
    );
  approvals
    .command("show")
    .description("what is asked about one action, whose yes it needs, and who said what")
    .argument("<action>", "its id")
    .action(async (id) => {
      const path = `${await host.tenantPath()}${apiPath`/approvals/${id}`}`;
      const found = await (await host.api()).get(path, approval);
      host.print(found, () => formatApproval(found, host.clock.now()));
    });
};

const EXAMPLES = [
  "cordon approvals list --watch",
  "cordon approvals list --rule isolate-on-ransomware --state all",
  "cordon approvals show act_0123456789abcdef0123456789abcdef",
];
