import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openLedgerReader } from "@cordon/agent-store";
import type { ActionState } from "@cordon/core/action";
import { actionId } from "@cordon/core/kernel";
import { type Program, spawnProgram } from "@cordon/testkit";

const MAIN = path.resolve(import.meta.dirname, "../../../apps/agent/src/main.ts");

/** The site agent as a process of its own, with one state folder over all its starts. */
export interface AgentProcess {
  /** Makes it an agent of the site whose token this is. */
  enrol(token: string): Promise<void>;
  start(): Promise<void>;
  kill9(): Promise<void>;
  /** Stops the process where it stands, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Of an agent that does not run: copies its ledger aside, puts the copy back, or loses the ledger. */
  saveLedger(): void;
  restoreLedger(): void;
  loseLedger(): void;
  /** What is on the agent's disk, whether it runs or not. */
  ledgerState(id: string): ActionState | undefined;
  output(): string;
  stop(): Promise<void>;
}

export function createAgentProcess(options: {
  readonly folder: string;
  readonly gatewayPort: number;
  readonly standBy?: boolean;
  readonly ksc: {
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly certificatePem: string;
  };
}): AgentProcess {
  const { folder, ksc } = options;
  const file = (name: string) => path.join(folder, name);
  const stateDir = file("agent-state");
  mkdirSync(folder, { recursive: true });
  writeFileSync(file("agent.password"), ksc.password, { mode: 0o600 });
  writeFileSync(file("ksc.pem"), ksc.certificatePem);
  // YAML is a superset of JSON.
  const config = {
    stateDir,
    coordinator: { url: `wss://127.0.0.1:${options.gatewayPort}` },
    standBy: options.standBy ?? false,
    ksc: {
      url: `https://127.0.0.1:${ksc.port}`,
      user: ksc.user,
      passwordFile: "agent.password",
      trust: { pinFile: "ksc.pem" },
    },
    polling: {
      minSeconds: 0.05,
      maxSeconds: 0.5,
      doubtSettleSeconds: 0.2,
      budgetSeconds: 0.5,
      // The simulated estate does in a second what a real one does in minutes.
      courtesyCallsPerMinute: 6_000,
    },
  };
  writeFileSync(file("agent.yaml"), JSON.stringify(config));
  const run = (...args: readonly string[]) =>
    spawnProgram({
      argv: [process.execPath, MAIN, "--config", file("agent.yaml"), ...args],
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
  let program: Program | undefined;

  return {
    async enrol(token) {
      writeFileSync(file("token"), token, { mode: 0o600 });
      const enrolment = run("enroll", "--token-file", file("token"));
      const { code } = await enrolment.exited;
      if (code !== 0) throw new Error(`the agent could not enrol: ${enrolment.output()}`);
    },
    async start() {
      program = run("run");
    },
    async kill9() {
      await program?.kill9();
    },
    freeze: () => program?.signal("SIGSTOP"),
    thaw: () => program?.signal("SIGCONT"),
    saveLedger: () => {
      for (const name of ledgerFiles(stateDir)) copyFileSync(path.join(stateDir, name), file(`saved.${name}`));
    },
    restoreLedger: () => {
      for (const name of ledgerFiles(stateDir)) rmSync(path.join(stateDir, name));
      for (const name of ledgerFiles(folder, "saved.")) {
        copyFileSync(file(name), path.join(stateDir, name.slice("saved.".length)));
      }
    },
    loseLedger: () => {
      for (const name of ledgerFiles(stateDir)) rmSync(path.join(stateDir, name));
    },
    ledgerState(id) {
      const reader = openLedgerReader(stateDir);
      try {
        return reader?.find(actionId(id))?.state;
      } finally {
        reader?.close();
      }
    },
    output: () => program?.output() ?? "",
    async stop() {
      await program?.end();
    },
  };
}

/** The database and what SQLite keeps beside it. */
function ledgerFiles(folder: string, prefix = ""): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith(`${prefix}ledger.sqlite`));
}
