import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { AuditVerifier, canonicalJson, EMPTY_CHAIN, keyIdOf, linkAfter, rootBytes } from "@cordon/core/audit";
import { asText, type FuzzTarget, promised, utf8 } from "../target.ts";

/** A fixed key (RFC 8032's first), so that the same seed gives the same cases. */
const PRIVATE_KEY = createPrivateKey({
  key: Buffer.from(
    "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "hex",
  ),
  format: "der",
  type: "pkcs8",
});
const DER = createPublicKey(PRIVATE_KEY).export({ format: "der", type: "spki" });
const KEY_ID = keyIdOf(DER);
const CHAIN = "acme";
const FACTS = [
  { kind: "login", by: { as: "person", name: "ada" }, at: 1 },
  { kind: "action", what: "isolateHost queued", targets: ["host-1", "host-2"], at: 2 },
  { kind: "approval", refs: { action: "act_1" }, at: 3 },
];

/** A whole export, signed at its end. */
const EXPORT: readonly string[] = (() => {
  let head = EMPTY_CHAIN;
  const entries = FACTS.map((fact) => {
    const link = linkAfter(CHAIN, head, canonicalJson(fact));
    head = link;
    return { type: "entry", ...link, fact };
  });
  const root = { ...head, day: "2026-11-24", at: 1_795_000_000_000 };
  const signature = sign(null, rootBytes(CHAIN, root), PRIVATE_KEY).toString("base64");
  return [
    { type: "chain", format: 1, chain: CHAIN, after: 0 },
    { type: "key", keyId: KEY_ID, publicKey: DER.toString("base64"), since: 1 },
    ...entries,
    { type: "root", ...root, keyId: KEY_ID, signature },
    { type: "end", seq: FACTS.length },
  ].map((line) => JSON.stringify(line));
})();
const TRUE_FACTS = new Set(FACTS.map((fact) => canonicalJson(fact)));

const stub = JSON.stringify({
  type: "stub",
  firstSeq: 1,
  lastSeq: 3,
  removedAt: 5,
  root: JSON.parse(EXPORT[5] ?? "{}"),
});

/** What somebody hands to `cordon audit verify`: whatever it is, nothing is proven but what the key has signed. */
export const auditExports: FuzzTarget = {
  name: "audit-exports",
  summary: "exports of an audit, as they are verified offline",
  shape: "text",
  seeds: [
    utf8(EXPORT.join("\n")),
    utf8([EXPORT[0], EXPORT[1], stub, EXPORT[6]].join("\n")),
    ...EXPORT.map((line) => utf8(line)),
  ],
  words: [
    ...EXPORT,
    stub,
    "\n",
    '"type":',
    '"seq":',
    '"after":',
    '"more":true',
    '"__proto__":',
    '"fact":{}',
    '"hash":""',
  ],
  bytesMax: 8_192,
  run(input) {
    const verifier = new AuditVerifier([KEY_ID]);
    const entries: string[] = [];
    for (const line of asText(input).split("\n")) {
      verifier.line(line);
      if (line.startsWith('{"type":"entry"')) entries.push(line);
    }
    const report = verifier.end();
    promised(report.ok === (report.findingsInAll === 0), "an export is proven when nothing was found");
    promised(report.findings.length <= 100, "what is told is bounded");
    if (!report.ok) return;
    // An export of nothing holds nothing that could be signed.
    promised(report.chain === CHAIN || report.lastSeq === 0, "no other chain is proven");
    promised(
      entries.every((line) => TRUE_FACTS.has(canonicalJson((JSON.parse(line) as { fact: object }).fact))),
      "no fact is proven that was not signed",
    );
  },
};
