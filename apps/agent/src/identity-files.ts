import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AppError, type EpochMs, type Secret, type SiteId, siteId } from "@cordon/core/kernel";
import { agentIdentityOf } from "@cordon/identity/agent-name";
import * as z from "zod/mini";
import { readPrivateFile } from "./private-file.ts";

/** Who this agent is, as enrolment left it in the state folder. */
export interface EnrolledIdentity {
  readonly siteId: SiteId;
  readonly tenantId: string;
  readonly agentId: string;
  readonly gatewayUrl: string;
  /** Where it enrolled: the coordinator's API listener. Absent in identities that were made otherwise. */
  readonly enrolledAt?: string | undefined;
  readonly expiresAt: EpochMs;
  readonly certificate: string;
  readonly authority: string;
  readonly privateKey: Secret;
}

const enrolment = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  agentId: z.string(),
  gatewayUrl: z.string(),
  enrolledAt: z.optional(z.string()),
  expiresAt: z.number(),
});

const FILES = { key: "agent.key.pem", certificate: "agent.crt.pem", authority: "ca.crt.pem", facts: "enrolment.json" };

const folderOf = (stateDir: string) => path.join(stateDir, "identity");

export function isEnrolled(stateDir: string): boolean {
  return existsSync(path.join(folderOf(stateDir), FILES.facts));
}

/** Throws `agent.not_enrolled` when there is none, `config.invalid` when a file of it is damaged or open to others. */
export function readIdentity(stateDir: string): EnrolledIdentity {
  if (!isEnrolled(stateDir)) {
    throw new AppError("agent.not_enrolled", `there is no identity in ${folderOf(stateDir)}`);
  }
  const file = (name: string) => path.join(folderOf(stateDir), name);
  try {
    const facts = enrolment.parse(JSON.parse(readFileSync(file(FILES.facts), "utf8")));
    const certificate = readFileSync(file(FILES.certificate), "utf8");
    if (agentIdentityOf(certificate)?.agentId !== facts.agentId) throw new Error("certificate and facts do not fit");
    return {
      ...facts,
      siteId: siteId(facts.siteId),
      expiresAt: facts.expiresAt as EpochMs,
      certificate,
      authority: readFileSync(file(FILES.authority), "utf8"),
      privateKey: readPrivateFile(file(FILES.key), "the agent's key"),
    };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const text = `the identity in ${folderOf(stateDir)} cannot be read (${(cause as Error).message}); enroll again`;
    throw new AppError("config.invalid", text, { cause });
  }
}

/** The facts are written last: an identity is there wholly or not at all. */
export function writeIdentity(stateDir: string, identity: Omit<EnrolledIdentity, "siteId"> & { siteId: string }): void {
  const folder = folderOf(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(stateDir, 0o700);
  chmodSync(folder, 0o700);
  const { certificate, authority, privateKey, ...facts } = identity;
  for (const [name, text] of [
    [FILES.key, privateKey.reveal()],
    [FILES.certificate, certificate],
    [FILES.authority, authority],
    [FILES.facts, `${JSON.stringify(facts, undefined, 2)}\n`],
  ] as const) {
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
}
