import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { agentId, epochMs, Secret, siteId, systemRandom, tenantId } from "@cordon/core/kernel";
import {
  type Authority,
  agentIdentityOf,
  certificateEnd,
  certificateFingerprint,
  createAuthority,
  formatEnrolmentToken,
  parseEnrolmentToken,
  parseFingerprint,
} from "@cordon/identity";
import { asText, declaringAsync, type FuzzTarget, promised, utf8 } from "../target.ts";

const seed = (name: string) => readFileSync(new URL(`../../seeds/${name}`, import.meta.url));
const NOW = epochMs(1_772_442_000_000);
const IDENTITY = { tenantId: tenantId("acme"), siteId: siteId("plant-7"), agentId: agentId("agent-1") };

function isCertificate(input: Uint8Array): boolean {
  try {
    return new X509Certificate(input) !== undefined;
  } catch {
    return false;
  }
}

export const certificates: FuzzTarget = {
  name: "certificates",
  summary: "a peer's certificate, as TLS hands it over",
  shape: "bytes",
  seeds: ["agent.pem", "server.pem"].map((name) => new X509Certificate(seed(name)).raw),
  words: ["spiffe://cordon/", "/", ", ", "URI:", "\u0000", "..", "%2f"],
  bytesMax: 4_096,
  run(input) {
    parseFingerprint(asText(input));
    // What OpenSSL cannot read never gets through the handshake.
    if (!isCertificate(input)) return;
    const identity = agentIdentityOf(input);
    const parts = Object.values(identity ?? {});
    promised(
      parts.every((part) => /^[^\s/]+$/.test(part)),
      "an identity's parts have no way out of their place",
    );
    promised(/^[0-9a-f]{64}$/.test(certificateFingerprint(input)), "a fingerprint is 64 hex digits");
  },
};

let authority: Promise<Authority> | undefined;

export const requests: FuzzTarget = {
  name: "requests",
  summary: "certificate requests of agents that enrol",
  shape: "text",
  seeds: [seed("agent.csr"), utf8(new X509Certificate(seed("agent.pem")).toString())],
  words: [
    "-----BEGIN CERTIFICATE REQUEST-----\n",
    "-----END CERTIFICATE REQUEST-----\n",
    "MII",
    "====",
    "\n",
    "-----BEGIN ",
  ],
  bytesMax: 8_192,
  async run(input) {
    authority ??= createAuthority(NOW, systemRandom);
    const ca = await authority;
    await declaringAsync(["enrolment.bad_request"], async () => {
      const issued = await ca.issueAgent(IDENTITY, asText(input), NOW);
      promised(certificateEnd(issued.certificatePem) > NOW, "an issued certificate is good");
      promised(agentIdentityOf(issued.certificatePem)?.siteId === IDENTITY.siteId, "it says who the coordinator says");
    });
  },
};

const TOKEN = formatEnrolmentToken({
  url: "https://cordon.example:8443",
  caFingerprint: "ab".repeat(32),
  secret: new Secret("s".repeat(43)),
});

export const enrolmentTokens: FuzzTarget = {
  name: "enrolment-tokens",
  summary: "enrolment tokens, as people paste them",
  shape: "text",
  seeds: [
    utf8(TOKEN.reveal()),
    utf8(`cordon-enrol.${Buffer.from('{"u":"https://a","c":"00","s":"x"}').toString("base64url")}`),
  ],
  words: [
    "cordon-enrol.",
    "eyJ1Ijoi",
    "=",
    "-",
    "_",
    ...['{"u":', '"c":', '{"__proto__":', "null"].map((text) => Buffer.from(text).toString("base64url")),
  ],
  bytesMax: 4_096,
  run(input) {
    const text = asText(input);
    const token = parseEnrolmentToken(new Secret(text));
    if (token !== undefined)
      promised(token.url.startsWith("https:") || URL.canParse(token.url), "a token's address is one");
    // The same bytes as what the token holds, so that changes reach what is inside.
    parseEnrolmentToken(new Secret(`cordon-enrol.${Buffer.from(input).toString("base64url")}`));
  },
};
