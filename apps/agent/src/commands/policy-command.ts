import { printFileProblem } from "@cordon/contracts/site-policy";
import { ACTION_KINDS, type ActionKind, classOf, DEADLINE_MS, parseActionArgs } from "@cordon/core/action";
import { AppError, epochMs, systemClock } from "@cordon/core/kernel";
import { Option } from "commander";
import { signsOf } from "../live-state.ts";
import { formatPolicy } from "../show-policy.ts";
import { readKillFile } from "../site-policy/kill-file.ts";
import { checkPolicyFile } from "../site-policy/policy-file.ts";
import { testPolicy } from "../site-policy/test-policy.ts";
import { formatTime } from "../table.ts";
import type { CommandHost, RegisterCommand } from "./command.ts";

export const registerPolicy: RegisterCommand = (program, host) => {
  const policy = program
    .command("policy")
    .description("the site's own policy: what this site does, to whom and when")
    .addHelpText("after", EXAMPLES);
  policy
    .command("check [file]")
    .description("read a policy file and name every mistake; 0 when it is right")
    .option("--json", "print JSON")
    .action((file: string | undefined, options: { json?: boolean }) => {
      const name = file ?? configuredFile(host);
      const loaded = checkPolicyFile(name);
      const shown = loaded.ok ? { ok: true, sha256: loaded.sha256 } : loaded;
      host.print(options.json, shown, () =>
        loaded.ok ? `${name} is right (sha256 ${loaded.sha256})` : loaded.problems.map(printFileProblem).join("\n"),
      );
      if (!loaded.ok) host.exitWith(1);
    });
  policy
    .command("show")
    .description("what the policy file says, and whether the running agent obeys it")
    .option("--json", "print JSON")
    .action((options: { json?: boolean }) => show(host, options.json));
  policy
    .command("test")
    .description("what would be said of an action on an endpoint; nothing is sent")
    .addOption(new Option("--action <kind>", "kind of action").choices(ACTION_KINDS).makeOptionMandatory())
    .requiredOption("--endpoint <id>", "KSC host id, FQDN or host name")
    .option("--arguments <json>", "arguments of the action, as the coordinator would give them")
    .option("--at <time>", "as if it were then, like 2026-03-01T02:00:00Z")
    .option("--file <file>", "another policy file than the configured one")
    .option("--json", "print JSON")
    .action((options: TestOptions) => test(host, options));
};

interface TestOptions {
  readonly action: ActionKind;
  readonly endpoint: string;
  readonly arguments?: string;
  readonly at?: string;
  readonly file?: string;
  readonly json?: boolean;
}

function configuredFile(host: CommandHost): string {
  const { file } = host.config().policy;
  if (file !== undefined) return file;
  throw new AppError("config.invalid", "no policy file: name one, or set policy.file in the agent's configuration");
}

function show(host: CommandHost, json: boolean | undefined): void {
  const { file } = host.config().policy;
  if (file === undefined) {
    const text =
      "This site has no policy (policy.file): it does what the coordinator orders, within what KSC and the ledger allow.";
    host.print(json, { obeyed: false }, () => text);
    return;
  }
  const loaded = checkPolicyFile(file);
  const { fresh, live } = signsOf(host.config().stateDir, systemClock.now());
  const site = fresh ? live?.site : undefined;
  if (!loaded.ok) {
    host.print(json, { file, ...loaded, site }, () => loaded.problems.map(printFileProblem).join("\n"));
    host.exitWith(1);
    return;
  }
  const obeyed = site?.policySha256 === loaded.sha256;
  const inForce = obeyed
    ? "the agent obeys it"
    : `the agent does not obey it: ${site?.policyProblem ?? (site === undefined ? "it is not running" : "it obeys another version")}`;
  host.print(json, { file, sha256: loaded.sha256, obeyed, policy: loaded.policy }, () =>
    [`file        ${file}`, `sha256      ${loaded.sha256}`, `in force    ${inForce}`, formatPolicy(loaded.policy)].join(
      "\n",
    ),
  );
}

async function test(host: CommandHost, options: TestOptions): Promise<void> {
  const config = host.config();
  const file = options.file ?? configuredFile(host);
  const loaded = checkPolicyFile(file);
  if (!loaded.ok) throw new AppError("policy.invalid", loaded.problems.map(printFileProblem).join("\n"));
  const parsed = parseActionArgs(options.action, argumentsOf(options));
  if (!parsed.ok) {
    const text = parsed.problems.map(({ argument, problem }) => `${argument} ${problem}`).join("; ");
    throw new AppError("config.invalid", `--arguments: ${text}`);
  }
  const at = options.at === undefined ? systemClock.now() : epochMs(Date.parse(options.at));
  const deadlineMs = DEADLINE_MS[classOf(options.action)];
  const { endpoint, decision } = await testPolicy(config, loaded.policy, {
    ...options,
    spec: parsed.spec,
    at,
    deadlineMs,
  });
  const pulled = readKillFile(config.policy.killSwitchFile, at);
  const stopped = pulled?.kinds.includes(options.action) === true;
  host.print(options.json, { endpoint, decision, killSwitch: stopped }, () => {
    const name = endpoint.fqdn ?? endpoint.displayName;
    const lines = [`endpoint    ${endpoint.endpointId} (${name}, group ${endpoint.groupName ?? "unknown"})`];
    if (decision.kind === "allowed") lines.push("policy      allowed");
    else if (decision.kind === "endpoint_unknown") lines.push(`policy      ${decision.reason}`);
    else {
      const until = decision.kind === "wait" ? decision.earliest : decision.until;
      const when = until === undefined ? "" : ` Not before ${formatTime(until)}.`;
      lines.push(
        `policy      ${decision.kind === "wait" ? "waits" : "refused"}, ${decision.code}: ${decision.reason}.${when}`,
      );
    }
    if (stopped)
      lines.push(`kill switch pulled, so nothing goes out: ${pulled?.reason ?? "no reason was written down"}`);
    return lines.join("\n");
  });
  if (decision.kind !== "allowed" || stopped) host.exitWith(1);
}

/** What every kind must have, when nobody gave arguments: the question is mostly about the endpoint. */
function argumentsOf({ action, arguments: json }: TestOptions): Record<string, unknown> {
  if (json !== undefined) {
    try {
      return JSON.parse(json) as Record<string, unknown>;
    } catch (cause) {
      throw new AppError("config.invalid", `--arguments: ${(cause as Error).message}`, { cause });
    }
  }
  if (action === "isolateHost") return { durationSeconds: 3_600 };
  if (action === "iocScan") return { indicators: [{ type: "md5", value: "0".repeat(32) }] };
  if (action === "onDemandScan") return {};
  return { path: "C:\\Users\\Public\\sample.exe" };
}

const EXAMPLES = `
Examples:
  cordon-agent policy check site-policy.yaml
  cordon-agent policy show
  cordon-agent policy test --action isolateHost --endpoint dc01.corp.example
  cordon-agent policy test --action deleteFile --endpoint ws-17 --arguments '{"path":"C:\\\\Temp\\\\x.exe"}'
  cordon-agent policy test --action onDemandScan --endpoint ws-17 --at 2026-03-01T02:00:00Z`;
