import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { AppError, type EpochMs, Secret, type SiteId, siteId } from "@cordon/core/kernel";
import { agentIdentityOf } from "@cordon/identity/agent-name";
import { certificateEnd } from "@cordon/identity/fingerprint";
import * as z from "zod/mini";
import { protectFolder } from "./identity/protect-folder.ts";
import { readPrivateFile } from "./private-file.ts";
import { replaceFile } from "./replace-file.ts";

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
  /** A new certificate that no session was welcomed with yet. */
  readonly next?: Credential | undefined;
  /** Whose word the agent takes when the roots are lost. Absent in identities that were made otherwise. */
  readonly recovery?: { readonly publicKey: string; readonly sequence: number } | undefined;
  /** Of the roots, as the coordinator counts; 0 = those of the enrolment. */
  readonly trustVersion?: number | undefined;
}

export interface Credential {
  /** PEM, the intermediate behind it. */
  readonly certificate: string;
  readonly privateKey: Secret;
}

const enrolment = z.object({
  tenantId: z.string(),
  siteId: z.string(),
  agentId: z.string(),
  gatewayUrl: z.string(),
  enrolledAt: z.optional(z.string()),
  expiresAt: z.number(),
  recovery: z.optional(z.object({ publicKey: z.string(), sequence: z.number() })),
  trustVersion: z.optional(z.number()),
});

const FILES = {
  key: "agent.key.pem",
  certificate: "agent.crt.pem",
  authority: "ca.crt.pem",
  facts: "enrolment.json",
  next: "next.pem",
  prepared: "prepared.key.pem",
};

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
      expiresAt: certificateEnd(certificate),
      certificate,
      authority: readFileSync(file(FILES.authority), "utf8"),
      privateKey: readPrivateFile(file(FILES.key), "the agent's key"),
      next: readNext(file(FILES.next)),
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
  makeFolder(stateDir);
  const { certificate, authority, privateKey, next: _next, ...facts } = identity;
  for (const [name, text] of [
    [FILES.key, privateKey.reveal()],
    [FILES.certificate, certificate],
    [FILES.authority, authority],
    [FILES.facts, `${JSON.stringify(facts, undefined, 2)}\n`],
  ] as const) {
    replaceFile(path.join(folder, name), text);
  }
  // Of an identity that was replaced.
  rmSync(path.join(folder, FILES.next), { force: true });
}

function makeFolder(stateDir: string): void {
  const folder = folderOf(stateDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(stateDir, 0o700);
  chmodSync(folder, 0o700);
  protectFolder(folder);
}

/** Key and certificate in one file, so that one is never there without the other. */
export function writeNext(stateDir: string, { certificate, privateKey }: Credential): void {
  replaceFile(path.join(folderOf(stateDir), FILES.next), `${privateKey.reveal().trim()}\n${certificate}`);
}

/**
 * The new certificate proved good: it is the agent's own now. A crash in between leaves a key beside the certificate of another, and
 * the next one beside both, which is tried first.
 */
export function promoteNext(stateDir: string, { certificate, privateKey }: Credential): void {
  const folder = folderOf(stateDir);
  replaceFile(path.join(folder, FILES.key), privateKey.reveal());
  replaceFile(path.join(folder, FILES.certificate), certificate);
  rmSync(path.join(folder, FILES.next), { force: true });
}

/** Other roots, and from which version or statement they are. */
export function writeTrust(stateDir: string, identity: EnrolledIdentity): void {
  const { certificate: _certificate, authority, privateKey: _key, next: _next, ...facts } = identity;
  const folder = folderOf(stateDir);
  replaceFile(path.join(folder, FILES.authority), authority);
  replaceFile(path.join(folder, FILES.facts), `${JSON.stringify(facts, undefined, 2)}\n`);
}

/** The key with which this machine will enrol; made once, so that a token can be bound to it beforehand. */
export async function preparedKey(stateDir: string, make: () => Promise<Secret>): Promise<Secret> {
  const file = path.join(folderOf(stateDir), FILES.prepared);
  if (existsSync(file)) return readPrivateFile(file, "the prepared key");
  makeFolder(stateDir);
  const key = await make();
  replaceFile(file, key.reveal());
  return key;
}

export function hasPreparedKey(stateDir: string): boolean {
  return existsSync(path.join(folderOf(stateDir), FILES.prepared));
}

/** It is the agent's own now. */
export function forgetPreparedKey(stateDir: string): void {
  rmSync(path.join(folderOf(stateDir), FILES.prepared), { force: true });
}

const CERTIFICATE_BEGINS = "-----BEGIN CERTIFICATE-----";

function readNext(file: string): Credential | undefined {
  if (!existsSync(file)) return undefined;
  const text = readPrivateFile(file, "the agent's next key").reveal();
  const at = text.indexOf(CERTIFICATE_BEGINS);
  if (at <= 0) return undefined;
  // Reading a private file took the last line's end.
  return { privateKey: new Secret(text.slice(0, at)), certificate: `${text.slice(at)}\n` };
}
