// Must be loaded before @peculiar/x509, whose container needs it.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { Secret } from "@cordon/core/kernel";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR_MS = 3_600_000;

export interface TestIdentity {
  readonly ca: string;
  readonly cert: string;
  readonly key: Secret;
}

/** A certificate authority of a test's own, good for an hour. */
export async function createTestAuthority() {
  const keys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
  const validity = { notBefore: new Date(Date.now() - HOUR_MS), notAfter: new Date(Date.now() + HOUR_MS) };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=test root",
    serialNumber: "01",
    ...validity,
    keys,
    signingAlgorithm: KEY,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  let serial = 16;

  return {
    ca: root.toString("pem"),
    /** `shiftMs`: by how much its time is moved. */
    async issue(commonName: string, shiftMs = 0): Promise<TestIdentity> {
      const leafKeys = await webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
      const leaf = await x509.X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: root.subject,
        serialNumber: (serial++).toString(16),
        notBefore: new Date(validity.notBefore.getTime() + shiftMs),
        notAfter: new Date(validity.notAfter.getTime() + shiftMs),
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: KEY,
        extensions: [
          new x509.SubjectAlternativeNameExtension([new x509.GeneralName("ip", "127.0.0.1")]),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        ],
      });
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", leafKeys.privateKey);
      return {
        ca: root.toString("pem"),
        cert: leaf.toString("pem"),
        key: new Secret(x509.PemConverter.encode(pkcs8, "PRIVATE KEY")),
      };
    },
  };
}
