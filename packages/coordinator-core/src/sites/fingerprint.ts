/** Fingerprints come as `AB:CD:…` (Node, openssl) and as plain hex; they are kept as lower-case hex without colons. */
export function normaliseFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}
