import { readFile } from "node:fs/promises";
import { authority, trustedRoots } from "@cordon/contracts/api";
import { AppError, Secret } from "@cordon/core/kernel";
import { recoveryKeyId, recoveryPublicKey, signStatement } from "@cordon/identity";
import type * as z from "zod";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { formatFields } from "../show/table.ts";
import { formatMoment } from "../show/times.ts";

type Authority = z.output<typeof authority>;

export const registerAuthority: RegisterCommand = (program, host) => {
  const group = program.command("authority").description("the coordinator's certificate authority and its rotations");
  addExamples(group, EXAMPLES);
  group
    .command("show")
    .description("roots, intermediates, the recovery key, and which agents are behind in a rotation")
    .action(async () => show(host, await (await host.api()).get("/authority", authority)));
  group
    .command("rotate")
    .description(
      "begin a rotation: of the intermediate, which agents then renew from, or of the root, which they are told of first",
    )
    .argument("<what>", "intermediate or root")
    .option("-y, --yes", "do not ask")
    .action(async (what, { yes }) => {
      if (what !== "root" && what !== "intermediate") throw new AppError("cli.usage", "say root or intermediate");
      await host.confirm(`Begin the rotation of the ${what}?`, yes);
      show(host, await (await host.api()).post("/authority/rotate", { what }, authority));
    });
  group
    .command("finish")
    .description("end the present phase of a rotation, when all agents are that far")
    .option("--force", "also when agents are left behind")
    .option("-y, --yes", "do not ask")
    .action(async ({ force, yes }) => {
      const text =
        force === true ? "End this phase even if agents are left behind?" : "End this phase of the rotation?";
      await host.confirm(text, yes);
      show(host, await (await host.api()).post("/authority/finish", { force: force === true }, authority));
    });
  group
    .command("recover")
    .description(
      "speak for the coordinator's present roots with the recovery key, so that agents take them; the key stays here",
    )
    .requiredOption("--recovery-key <file>", "recovery.key.pem, as the coordinator's first start wrote it")
    .option("-y, --yes", "do not ask")
    .action(async ({ recoveryKey, yes }) => {
      const key = await readKey(recoveryKey);
      const publicKey = recoveryPublicKey(key);
      const api = await host.api();
      const { roots } = await api.get("/authority/roots", trustedRoots);
      const { recovery } = await api.get("/authority", authority);
      await host.confirm(`Have agents that trust the recovery key ${recoveryKeyId(publicKey)} take these roots?`, yes);
      // By the clock, so that it is newer than what was said for an authority that nobody remembers.
      const sequence = Math.max(host.clock.now(), recovery.sequence);
      const signed = signStatement({ sequence, roots }, key);
      show(host, await api.put("/authority/recovery", { ...signed, publicKey }, authority));
    });
};

async function readKey(file: string): Promise<Secret> {
  try {
    return new Secret(await readFile(file, "utf8"));
  } catch (cause) {
    throw new AppError("cli.usage", `the recovery key cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function show(host: Host, found: Authority): void {
  host.print(found, () => format(found, host));
}

const PHASES: Readonly<Record<Authority["phase"], string>> = {
  steady: "no rotation is under way",
  introducing: "introducing: agents learn of the new root",
  replacing: "replacing: agents renew what the old authority signed",
};

function format(found: Authority, host: Host): string {
  const now = host.clock.now();
  const { agents, recovery } = found;
  const lines = [
    formatFields([
      ["phase", PHASES[found.phase]],
      ...found.roots.map(
        ({ role, fingerprint, expiresAt, keyHere }) =>
          [
            `root, ${role}`,
            `${fingerprint} until ${formatMoment(expiresAt, now)}${keyHere ? "; its key lies on the coordinator" : ""}`,
          ] as const,
      ),
      ...found.signers.map(
        ({ role, id, expiresAt }) => [`signs, ${role}`, `${id} until ${formatMoment(expiresAt, now)}`] as const,
      ),
      [
        "recovery key",
        `${recoveryKeyId(recovery.publicKey)}${recovery.keyHere ? " LIES ON THE COORDINATOR: move recovery.key.pem to where no network reaches it" : ""}`,
      ],
      ["agents", `${agents.total}; without the present roots ${agents.unconfirmed}, not renewed ${agents.notRenewed}`],
    ]),
    ...(found.phase === "steady"
      ? []
      : [
          found.ready
            ? "Ready: cordon authority finish"
            : `Not ready yet: ${agents.agents.map(({ agentId }) => agentId).join(", ")}`,
        ]),
  ];
  return lines.join("\n");
}

const EXAMPLES = [
  "cordon authority show",
  "cordon authority rotate intermediate",
  "cordon authority finish",
  "cordon authority recover --recovery-key /media/safe/recovery.key.pem",
];
