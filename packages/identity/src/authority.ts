import type { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { type EpochMs, epochMs, type Random, type Secret } from "@cordon/core/kernel";
import { type AgentIdentity, agentUri } from "./agent-name.ts";
import { publicKeyOfRequest } from "./agent-request.ts";
import { certificateFingerprint } from "./fingerprint.ts";
import { generateKeyPair, type PemIdentity, privateKeyFromPem, privateKeyToPem } from "./key-pair.ts";
import { SIGNING_ALGORITHM, x509 } from "./x509.ts";

const DAY_MS = 86_400_000;
/** The root lives as long as the installation. */
const ROOT_DAYS = 3_650;
/** Listener certificates are made anew at each start; a year is what browsers accept at most (CA/B baseline: 398 days). */
const SERVER_DAYS = 397;
/** An agent enrols again after this; long, because a site whose agent lapses is a site without response. */
export const AGENT_DAYS = 825;
/** Clocks of other machines run behind by minutes. */
const BACKDATE_MS = 3_600_000;

/** The coordinator's own certificate authority: signs its listeners and its agents, and nothing else trusts it. */
export interface Authority {
  readonly certificatePem: string;
  /** SHA-256 of the root's DER, hex. */
  readonly fingerprint: string;
  /** A listener's certificate for DNS names and addresses, with a new key. */
  issueServer(names: readonly string[], now: EpochMs): Promise<PemIdentity>;
  /** An agent's certificate for the key in its request. Throws `enrolment.bad_request`. */
  issueAgent(identity: AgentIdentity, csrPem: string, now: EpochMs): Promise<IssuedAgent>;
}

export interface IssuedAgent {
  readonly certificatePem: string;
  readonly fingerprint: string;
  readonly expiresAt: EpochMs;
}

/** A new root. Its key is the caller's to keep. */
export async function createRoot(now: EpochMs, random: Random): Promise<PemIdentity> {
  const keys = await generateKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Cordon coordinator CA ${Buffer.from(random.bytes(4)).toString("hex")}`,
    serialNumber: serialNumber(random),
    ...validity(now, ROOT_DAYS),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      // Path length 0: what it signs can sign nothing.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: certificate.toString("pem"), privateKeyPem: await privateKeyToPem(keys.privateKey) };
}

export async function loadAuthority(
  root: { readonly certificatePem: string; readonly privateKeyPem: Secret },
  random: Random,
): Promise<Authority> {
  const rootCertificate = new x509.X509Certificate(root.certificatePem);
  const signingKey = await privateKeyFromPem(root.privateKeyPem);

  const sign = async (options: {
    readonly subject: string;
    readonly publicKey: webcrypto.CryptoKey;
    readonly names: readonly x509.GeneralName[];
    readonly usage: string;
    readonly days: number;
    readonly now: EpochMs;
  }) =>
    x509.X509CertificateGenerator.create({
      subject: options.subject,
      issuer: rootCertificate.subject,
      serialNumber: serialNumber(random),
      ...validity(options.now, options.days),
      publicKey: options.publicKey,
      signingKey,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([options.usage]),
        new x509.SubjectAlternativeNameExtension([...options.names]),
        await x509.AuthorityKeyIdentifierExtension.create(rootCertificate),
        await x509.SubjectKeyIdentifierExtension.create(options.publicKey),
      ],
    });

  return {
    certificatePem: root.certificatePem,
    fingerprint: certificateFingerprint(root.certificatePem),
    async issueServer(names, now) {
      const keys = await generateKeyPair();
      const leaf = await sign({
        subject: "CN=Cordon coordinator",
        publicKey: keys.publicKey,
        names: names.map((name) => new x509.GeneralName(isIP(name) ? "ip" : "dns", name)),
        usage: x509.ExtendedKeyUsage.serverAuth,
        days: SERVER_DAYS,
        now,
      });
      // With the root behind it: an enrolling agent finds there what its token pins.
      const certificatePem = `${leaf.toString("pem")}\n${root.certificatePem}`;
      return { certificatePem, privateKeyPem: await privateKeyToPem(keys.privateKey) };
    },
    async issueAgent(identity, csrPem, now) {
      const leaf = await sign({
        subject: `CN=${identity.agentId}`,
        publicKey: await publicKeyOfRequest(csrPem),
        names: [new x509.GeneralName("url", agentUri(identity))],
        usage: x509.ExtendedKeyUsage.clientAuth,
        days: AGENT_DAYS,
        now,
      });
      const certificatePem = leaf.toString("pem");
      return {
        certificatePem,
        fingerprint: certificateFingerprint(certificatePem),
        expiresAt: epochMs(leaf.notAfter.getTime()),
      };
    },
  };
}

function validity(now: EpochMs, days: number): { notBefore: Date; notAfter: Date } {
  // X.509 times have whole seconds.
  const start = Math.floor((now - BACKDATE_MS) / 1_000) * 1_000;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY_MS) };
}

/** 128 random bits, positive and not starting with a zero byte (RFC 5280, 4.1.2.2). */
function serialNumber(random: Random): string {
  const bytes = Buffer.from(random.bytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}
