import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

export interface ServerIdentity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const YEAR_MS = 365 * 86_400_000;

/** K1: a self-signed certificate of its own for every simulated site, so that a client must pin it. */
export async function createServerIdentity(
  name: string,
  names: readonly string[],
  nowMs: number,
): Promise<ServerIdentity> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const all = [...new Set(["localhost", "127.0.0.1", name, ...names])];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [name] }],
      notBefore: new Date(nowMs - 86_400_000),
      notAfter: new Date(nowMs + 10 * YEAR_MS),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.SubjectAlternativeNameExtension(all.map(alternativeName)),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        // Strict verifiers (Python 3.13) want both of these on a certificate that is its own authority.
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(
          keys.publicKey,
          false,
          webcrypto as unknown as typeof globalThis.crypto,
        ),
      ],
    },
    webcrypto as unknown as typeof globalThis.crypto,
  );
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificatePem: `${certificate.toString("pem")}\n`,
    privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${Buffer.from(pkcs8).toString("base64")}\n-----END PRIVATE KEY-----\n`,
  };
}

/** A DNS name may hold only some characters; a site's display name is made to fit. */
function alternativeName(name: string): { type: "dns" | "ip"; value: string } {
  if (isIP(name) !== 0) return { type: "ip", value: name };
  return { type: "dns", value: name.replaceAll(/[^A-Za-z0-9.*-]/g, "-") };
}
