/** One step of installing or removing a service: what a person would type, so that `--dry-run` can show it. */
export type ServiceStep =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly mode: number }
  /** The running executable, unless it is there already. */
  | { readonly kind: "copySelf"; readonly to: string }
  | { readonly kind: "remove"; readonly path: string }
  /** `mayFail`: the step mends what an earlier installation left; it is no trouble when there is nothing. */
  | { readonly kind: "run"; readonly argv: readonly [string, ...string[]]; readonly mayFail?: boolean };

/** What a service is made from. All paths are absolute. */
export interface ServiceFacts {
  /** The service's name; several agents on one machine have several. */
  readonly name: string;
  readonly configFile: string;
  readonly stateDir: string;
  readonly logFile: string | undefined;
  /** Secrets that only root, or an administrator, reads. */
  readonly kscPasswordFile: string | undefined;
  readonly proxyPasswordFile: string | undefined;
  /** Updates may put executables into the state folder. */
  readonly updates: boolean;
  readonly stopGraceSeconds: number;
}

export const SERVICE_NAME_DEFAULT = "cordon-agent";

export function describeStep(step: ServiceStep): string {
  switch (step.kind) {
    case "say":
      return `# ${step.text}`;
    case "folder":
      return `mkdir -p ${step.path}  (mode ${step.mode.toString(8)})`;
    case "write":
      return `write ${step.path}:\n${step.text.trimEnd().replaceAll(/^/gm, "    ")}`;
    case "copySelf":
      return `copy this program to ${step.to}`;
    case "remove":
      return `remove ${step.path}`;
    case "run":
      return `${step.mayFail === true ? "(may fail) " : ""}${step.argv.map(quoted).join(" ")}`;
  }
}

const quoted = (word: string) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : `"${word}"`);
