import { X509Certificate } from "node:crypto";
import { AppError } from "@cordon/core/kernel";

/**
 * How KSC's certificate is judged. There is no third way: without a pin or a CA nothing connects.
 *
 * `pin`: the server must show exactly one of these certificates (SHA-256 over the DER form). KSC's own certificate is
 * self-signed and often names another host than the address in use; a pin says more than a name and a validity period do, so
 * with a pin neither is looked at. The handshake still proves that the server holds the certificate's private key.
 *
 * `ca`: an ordinary chain to this CA, with host name and validity checked.
 */
export type Trust =
  | { readonly kind: "pin"; readonly sha256: readonly string[] }
  | { readonly kind: "ca"; readonly pem: string; readonly serverName: string | undefined };

export interface TrustSettings {
  /** SHA-256 fingerprints as 64 hex digits, colons allowed; several while a certificate is being renewed. */
  readonly pinSha256?: string | readonly string[] | undefined;
  /** The server's own certificate(s), e.g. the content of `klserver.cer` as PEM. */
  readonly pinPem?: string | undefined;
  /** CA certificate(s) that issued the server's. */
  readonly caPem?: string | undefined;
  /** With `caPem`: the name in the certificate, when it is not the address that is connected to. */
  readonly serverName?: string | undefined;
}

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Throws `config.invalid` when neither a pin nor a CA is given, both are, or one cannot be read. */
export function trustFrom(settings: TrustSettings): Trust {
  const pins = [settings.pinSha256 ?? []].flat().map(normalFingerprint);
  if (settings.pinPem !== undefined) pins.push(...certificatesOf("pinPem", settings.pinPem).map(fingerprintOf));
  if (pins.length > 0 && settings.caPem !== undefined) {
    throw new AppError("config.invalid", "KSC trust: give either a pin or caPem, not both");
  }
  if (pins.length > 0) return { kind: "pin", sha256: pins };
  if (settings.caPem === undefined) {
    throw new AppError(
      "config.invalid",
      "KSC trust: pinSha256, pinPem or caPem is missing; copy klserver.cer from the Administration Server and pin it",
    );
  }
  const certificates = certificatesOf("caPem", settings.caPem);
  const pem = certificates.map((certificate) => certificate.toString()).join("\n");
  return { kind: "ca", pem, serverName: settings.serverName };
}

export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}

function normalFingerprint(text: string): string {
  const digits = text.replaceAll(":", "").trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return digits;
  throw new AppError("config.invalid", "KSC trust: pinSha256 must be 64 hex digits (SHA-256), colons allowed");
}

function certificatesOf(field: string, pem: string): X509Certificate[] {
  const blocks = pem.match(PEM_BLOCK) ?? [];
  if (blocks.length === 0) {
    throw new AppError("config.invalid", `KSC trust: ${field} holds no PEM certificate (-----BEGIN CERTIFICATE-----)`);
  }
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      throw new AppError("config.invalid", `KSC trust: a certificate in ${field} cannot be read`, { cause });
    }
  });
}
