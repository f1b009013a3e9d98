import type { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { AppError, type EpochMs, epochMs, type Random } from "@cordon/core/kernel";
import { type AgentIdentity, agentUri } from "./agent-name.ts";
import { publicKeyOfRequest } from "./agent-request.ts";
import { certificateFingerprint, shortId } from "./fingerprint.ts";
import { generateKeyPair, type PemIdentity, privateKeyFromPem, privateKeyToPem } from "./key-pair.ts";
import { SIGNING_ALGORITHM, x509 } from "./x509.ts";

const DAY_MS = 86_400_000;
/** The root lives as long as the installation, and signs nothing but intermediates and their revocation. */
const ROOT_DAYS = 3_650;
const INTERMEDIATE_DAYS = 1_095;
/** Listener certificates are made anew at each start; a year is what browsers accept at most (CA/B baseline: 398 days). */
const SERVER_DAYS = 397;
/** How long an agent's certificate lives when nothing else is set. The agent renews it at about half of that. */
export const AGENT_DAYS = 14;
/** Clocks of other machines run behind by minutes. */
const BACKDATE_MS = 3_600_000;
/** A revocation list is made anew twice a day; a coordinator that slept for a week makes one before it lets anybody in. */
const CRL_DAYS = 30;

/** What signs listeners and agents: an intermediate below the root that everybody trusts. */
export interface Authority {
  /** PEM of the roots to trust: one, or two while the root is replaced. */
  readonly certificatePem: string;
  /** SHA-256 of the DER of the root that the listeners' certificates lead to, hex. */
  readonly fingerprint: string;
  /** A listener's certificate for DNS names and addresses, with a new key; intermediate and root stand behind it. */
  issueServer(names: readonly string[], now: EpochMs): Promise<PemIdentity>;
  /** An agent's certificate for the key in its request, the intermediate behind it. Throws `enrolment.bad_request`. */
  issueAgent(identity: AgentIdentity, csrPem: string, now: EpochMs): Promise<IssuedAgent>;
}

export interface IssuedAgent {
  /** The leaf, and the intermediate behind it. */
  readonly certificatePem: string;
  readonly fingerprint: string;
  /** Hex, as certificates and revocation lists have it. */
  readonly serial: string;
  /** Which intermediate signed it. */
  readonly issuer: string;
  readonly issuedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** An intermediate with its root, ready to sign. */
export interface Signer extends Authority {
  /** Names the intermediate: the first half of its fingerprint's half. */
  readonly id: string;
  /** A list of what it has signed and does not count any more (PEM). */
  revocations(entries: readonly Revocation[], now: EpochMs): Promise<string>;
}

export interface Revocation {
  readonly serial: string;
  readonly at: EpochMs;
}

/** A new root. Its key is the caller's to keep, best where no network reaches it. */
export async function createRoot(now: EpochMs, random: Random): Promise<PemIdentity> {
  const keys = await generateKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Cordon coordinator CA ${Buffer.from(random.bytes(4)).toString("hex")}`,
    serialNumber: serialNumber(random),
    ...validity(now, ROOT_DAYS * DAY_MS),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: await authorityExtensions(keys.publicKey, 1),
  });
  return { certificatePem: certificate.toString("pem"), privateKeyPem: await privateKeyToPem(keys.privateKey) };
}

/** An intermediate below the root; what it signs can sign nothing. */
export async function createIntermediate(root: PemIdentity, now: EpochMs, random: Random): Promise<PemIdentity> {
  const keys = await generateKeyPair();
  const issuer = new x509.X509Certificate(root.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=Cordon coordinator issuer ${Buffer.from(random.bytes(4)).toString("hex")}`,
    issuer: issuer.subject,
    serialNumber: serialNumber(random),
    ...validity(now, INTERMEDIATE_DAYS * DAY_MS),
    publicKey: keys.publicKey,
    signingKey: await privateKeyFromPem(root.privateKeyPem),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      ...(await authorityExtensions(keys.publicKey, 0)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificatePem: certificate.toString("pem"), privateKeyPem: await privateKeyToPem(keys.privateKey) };
}

/** A root and an intermediate that nobody keeps. */
export async function createAuthority(now: EpochMs, random: Random): Promise<Signer> {
  const root = await createRoot(now, random);
  return loadSigner(root.certificatePem, await createIntermediate(root, now, random), random, AGENT_DAYS * DAY_MS);
}

/** Throws `identity.unreadable_authority` for an intermediate that is not this root's. */
export async function loadSigner(
  rootPem: string,
  intermediate: PemIdentity,
  random: Random,
  agentMs: number,
): Promise<Signer> {
  const issuer = new x509.X509Certificate(intermediate.certificatePem);
  const root = new x509.X509Certificate(rootPem);
  if (!(await issuer.verify({ publicKey: root, signatureOnly: true }))) {
    throw new AppError("identity.unreadable_authority", "the intermediate was not signed by this root");
  }
  const id = shortId(certificateFingerprint(intermediate.certificatePem));
  const signingKey = await privateKeyFromPem(intermediate.privateKeyPem);
  const sign = async (options: {
    readonly subject: string;
    readonly publicKey: webcrypto.CryptoKey;
    readonly names: readonly x509.GeneralName[];
    readonly usage: string;
    readonly lifeMs: number;
    readonly now: EpochMs;
  }) =>
    x509.X509CertificateGenerator.create({
      subject: options.subject,
      issuer: issuer.subject,
      serialNumber: serialNumber(random),
      ...validity(options.now, options.lifeMs, epochMs(issuer.notAfter.getTime())),
      publicKey: options.publicKey,
      signingKey,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([options.usage]),
        new x509.SubjectAlternativeNameExtension([...options.names]),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
        await x509.SubjectKeyIdentifierExtension.create(options.publicKey),
      ],
    });

  return {
    id,
    certificatePem: rootPem,
    fingerprint: certificateFingerprint(rootPem),
    async issueServer(names, now) {
      const keys = await generateKeyPair();
      const leaf = await sign({
        subject: "CN=Cordon coordinator",
        publicKey: keys.publicKey,
        names: names.map((name) => new x509.GeneralName(isIP(name) ? "ip" : "dns", name)),
        usage: x509.ExtendedKeyUsage.serverAuth,
        lifeMs: SERVER_DAYS * DAY_MS,
        now,
      });
      // With the root behind it: an enrolling agent finds there what its token pins.
      const certificatePem = chain(leaf.toString("pem"), intermediate.certificatePem, rootPem);
      return { certificatePem, privateKeyPem: await privateKeyToPem(keys.privateKey) };
    },
    async issueAgent(identity, csrPem, now) {
      const leaf = await sign({
        subject: `CN=${identity.agentId}`,
        publicKey: await publicKeyOfRequest(csrPem),
        names: [new x509.GeneralName("url", agentUri(identity))],
        usage: x509.ExtendedKeyUsage.clientAuth,
        lifeMs: agentMs,
        now,
      });
      const pem = leaf.toString("pem");
      return {
        certificatePem: chain(pem, intermediate.certificatePem),
        fingerprint: certificateFingerprint(pem),
        serial: leaf.serialNumber,
        issuer: id,
        issuedAt: now,
        expiresAt: epochMs(leaf.notAfter.getTime()),
      };
    },
    revocations: (entries, now) => revocationList(issuer, signingKey, entries, now, CRL_DAYS),
  };
}

/** Good as long as the root: it is made anew only where the root's key is at hand. */
export async function rootRevocations(
  root: PemIdentity,
  entries: readonly Revocation[],
  now: EpochMs,
): Promise<string> {
  const certificate = new x509.X509Certificate(root.certificatePem);
  return revocationList(certificate, await privateKeyFromPem(root.privateKeyPem), entries, now, ROOT_DAYS);
}

async function revocationList(
  issuer: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  entries: readonly Revocation[],
  now: EpochMs,
  days: number,
): Promise<string> {
  const { notBefore, notAfter } = validity(now, days * DAY_MS);
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.subject,
    thisUpdate: notBefore,
    nextUpdate: notAfter,
    entries: entries.map(({ serial, at }) => ({ serialNumber: serial, revocationDate: new Date(at) })),
    signingAlgorithm: SIGNING_ALGORITHM,
    signingKey,
    extensions: [await x509.AuthorityKeyIdentifierExtension.create(issuer)],
  });
  // The tag that OpenSSL knows; the library writes another.
  return x509.PemConverter.encode(list.rawData, "X509 CRL");
}

async function authorityExtensions(publicKey: webcrypto.CryptoKey, pathLength: number) {
  return [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

const chain = (...pems: readonly string[]) =>
  pems
    .map((pem) => pem.trim())
    .join("\n")
    .concat("\n");

/** Nothing outlives who signed it. */
function validity(now: EpochMs, lifeMs: number, until = Number.POSITIVE_INFINITY): { notBefore: Date; notAfter: Date } {
  // X.509 times have whole seconds.
  const start = Math.floor((now - BACKDATE_MS) / 1_000) * 1_000;
  return { notBefore: new Date(start), notAfter: new Date(Math.min(start + BACKDATE_MS + lifeMs, until)) };
}

/** 128 random bits, positive and not starting with a zero byte (RFC 5280, 4.1.2.2). */
function serialNumber(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}
