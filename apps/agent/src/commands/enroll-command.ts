import { readFileSync } from "node:fs";
import { AppError, Secret } from "@cordon/core/kernel";
import { readPrivateFile } from "../private-file.ts";
import { createSiteProxy } from "../proxy/site-proxy.ts";
import { formatTime } from "../table.ts";
import type { CliContext, RegisterCommand } from "./command.ts";

export const registerEnroll: RegisterCommand = (program, host) => {
  program
    .command("enroll")
    .description("give this site its identity, with a one-time token of the coordinator")
    .option("--token-file <file>", "file with the token, mode 0600; - reads it from standard input")
    .option("--force", "replace an identity that is there", false)
    .option("--show-fingerprint", "make this machine's key and print its fingerprint, for a token that only it may use")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      // It makes a certificate request, with a library that would be a third of a running agent's own memory.
      const { enroll, showFingerprint } = await import("../enroll.ts");
      const config = host.config();
      if (options.showFingerprint === true) {
        const keyFingerprint = await showFingerprint(config.stateDir);
        return host.print(options.json, { keyFingerprint }, () => keyFingerprint);
      }
      const token = readToken(options.tokenFile, host.env);
      const { siteId, tenantId, agentId, gatewayUrl, expiresAt } = await enroll({
        stateDir: config.stateDir,
        proxy: createSiteProxy(config.proxy),
        token,
        force: options.force,
      });
      host.print(options.json, { siteId, tenantId, agentId, gatewayUrl, expiresAt }, () =>
        [
          `Enrolled as ${agentId} of site ${siteId} (${tenantId}); the certificate is good until ${formatTime(expiresAt)}.`,
          "Next: cordon-agent doctor, then cordon-agent run.",
        ].join("\n"),
      );
    });
};

interface Options {
  readonly tokenFile?: string;
  readonly force: boolean;
  readonly showFingerprint?: boolean;
  readonly json?: boolean;
}

function readToken(file: string | undefined, env: CliContext["env"]): Secret {
  if (file === "-") return new Secret(readFileSync(0, "utf8").trim());
  if (file !== undefined) return readPrivateFile(file, "--token-file");
  const token = env.CORDON_ENROL_TOKEN;
  if (token !== undefined && token !== "") return new Secret(token);
  throw new AppError("config.invalid", "no enrolment token: give --token-file, or set CORDON_ENROL_TOKEN");
}

const EXAMPLES = `
Without --token-file the token is taken from CORDON_ENROL_TOKEN. It is never an argument: others could see it.

Examples:
  cordon-agent -c /etc/cordon/agent.yaml enroll --token-file /root/token
  ssh admin@coordinator cat token | cordon-agent -c /etc/cordon/agent.yaml enroll --token-file -
  cordon-agent -c /etc/cordon/agent.yaml enroll --token-file /root/token --force
  cordon-agent -c /etc/cordon/agent.yaml enroll --show-fingerprint`;
