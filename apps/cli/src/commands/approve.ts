import { approval, approvalSelection, decideResult } from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { EXIT } from "../exit-codes.ts";
import { formatApproval, formatDecision } from "../show/approval.ts";
import { counted } from "../show/plain-text.ts";
import { formatWhen } from "../show/times.ts";

export const registerApprove: RegisterCommand = (program, host) => {
  const command = program
    .command("approve")
    .description("say yes to a held action, or to all that a rule, an event or a site has waiting")
    .argument("[action]", "its id")
    .option(...FLAG.rule)
    .option(...FLAG.event)
    .option(...FLAG.site)
    .requiredOption(...FLAG.reason)
    .option("--hash <hash>", "only what was looked at before; otherwise what is shown now, after you said yes to it")
    .option(...FLAG.yes)
    .action(async (id, options) => {
      const hash = options.hash ?? (await look(host, selectionOf(id, options), options.yes));
      await decide(host, { ...selectionOf(id, options), verdict: "approve", hash, reason: options.reason });
    });
  addExamples(command, APPROVE_EXAMPLES);
};

export const registerReject: RegisterCommand = (program, host) => {
  const command = program
    .command("reject")
    .description("say no to a held action, or to all that a rule, an event or a site has waiting: it is never sent")
    .argument("[action]", "its id")
    .option(...FLAG.rule)
    .option(...FLAG.event)
    .option(...FLAG.site)
    .requiredOption(...FLAG.reason)
    .option(...FLAG.yes)
    .action(async (id, options) => {
      const selection = selectionOf(id, options);
      if (id === undefined) await host.confirm("Reject all of that?", options.yes);
      await decide(host, { ...selection, verdict: "reject", reason: options.reason });
    });
  addExamples(command, REJECT_EXAMPLES);
};

const FLAG = {
  rule: ["--rule <id>", "all that one rule has waiting"],
  event: ["--event <id>", "all that one event led to"],
  site: ["--site <id>", "all that waits at one site; with --rule, a storm"],
  reason: ["--reason <text>", "why; kept with the approval and in the action's timeline"],
  yes: ["-y, --yes", "do not ask"],
} as const;

interface Selection {
  readonly actionIds?: readonly string[];
  readonly ruleId?: string;
  readonly eventId?: string;
  readonly siteId?: string;
}

interface Chosen {
  readonly rule?: string | undefined;
  readonly event?: string | undefined;
  readonly site?: string | undefined;
}

function selectionOf(id: string | undefined, { rule, event, site }: Chosen): Selection {
  const parts = {
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(event === undefined ? {} : { eventId: event }),
    ...(site === undefined ? {} : { siteId: site }),
  };
  const isEmpty = Object.keys(parts).length === 0;
  if (id !== undefined && isEmpty) return { actionIds: [id] };
  if (id === undefined && !isEmpty) return parts;
  throw new AppError("cli.usage", "name either one action, or what has held many: --rule, --event or --site");
}

/** Shows what is held, and answers its hash once the person has said yes to it. */
async function look(host: Host, { actionIds, ...selection }: Selection, yes: boolean | undefined): Promise<string> {
  const [api, tenant] = [await host.api(), await host.tenantPath()];
  const [id] = actionIds ?? [];
  if (id !== undefined) {
    const found = await api.get(`${tenant}${apiPath`/approvals/${id}`}`, approval);
    if (yes !== true && !host.json) host.out(formatApproval(found, host.clock.now()));
    await host.confirm("Approve that?", yes);
    return found.hash;
  }
  const { hash, actions, endpoints, rules, firstExpiresAt } = await api.get(
    `${tenant}/approvals/selection`,
    approvalSelection,
    { ...selection },
  );
  if (actions === 0) throw new AppError("approval.not_found", "nothing that fits waits for an approval");
  const end = formatWhen(firstExpiresAt, host.clock.now());
  const what = `${counted(actions, "action")} on ${counted(endpoints, "endpoint")} of ${rules.join(", ")}, the first until ${end}`;
  await host.confirm(`Approve ${what}?`, yes);
  return hash;
}

async function decide(host: Host, body: object): Promise<void> {
  const path = `${await host.tenantPath()}/approvals/decide`;
  const result = await (await host.api()).post(path, body, decideResult);
  host.print(result, () => formatDecision(result));
  if (result.votes.some(({ outcome }) => outcome === "refused")) host.exitWith(EXIT.no);
}

const APPROVE_EXAMPLES = [
  'cordon approve act_0123456789abcdef0123456789abcdef --reason "seen the alarm"',
  'cordon approve --rule isolate-on-ransomware --site berlin --reason "a real outbreak, looked at"',
  'cordon approve --event 4711 --yes --hash 0f1e2d… --reason "as agreed on the phone"',
];

const REJECT_EXAMPLES = [
  'cordon reject act_0123456789abcdef0123456789abcdef --reason "a test of ours"',
  'cordon reject --rule isolate-on-ransomware --reason "false alarms"',
];
