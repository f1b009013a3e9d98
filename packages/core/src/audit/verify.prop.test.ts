import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.ts";
import { type AuditRoot, type ChainHead, EMPTY_CHAIN, keyBytes, linkAfter, rootBytes } from "./chain.ts";
import { keyIdOf } from "./keys.ts";
import type { AuditLine, EntryLine, KeyLine, SignedRoot } from "./lines.ts";
import { AuditVerifier, type FindingCode } from "./verify.ts";

const CHAIN = "acme";

interface Key {
  readonly line: KeyLine;
  readonly key: KeyObject;
}

function aKey(endorsedBy?: Key): Key {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" });
  const keyId = keyIdOf(der);
  const line = { type: "key", keyId, publicKey: der.toString("base64"), since: 1 } as const;
  if (endorsedBy === undefined) return { key: privateKey, line };
  const endorsement = sign(null, keyBytes(CHAIN, keyId), endorsedBy.key).toString("base64");
  return { key: privateKey, line: { ...line, endorsedBy: endorsedBy.line.keyId, endorsement } };
}

const KEY = aKey();

function signedRoot({ seq, hash }: ChainHead, { line, key }: Key = KEY): SignedRoot {
  const root: AuditRoot = { seq, hash, day: "2026-11-24", at: 1_795_000_000_000 };
  return { ...root, keyId: line.keyId, signature: sign(null, rootBytes(CHAIN, root), key).toString("base64") };
}

function entriesOf(facts: readonly object[], from: ChainHead = EMPTY_CHAIN): readonly EntryLine[] {
  let head = from;
  return facts.map((fact): EntryLine => {
    const link = linkAfter(CHAIN, head, canonicalJson(fact));
    head = link;
    return { type: "entry", ...link, fact: { ...fact } };
  });
}

/** A whole export of these facts, signed in the middle and at the end. */
function exportOf(facts: readonly object[], key = KEY): readonly AuditLine[] {
  const entries = entriesOf(facts);
  const middle = Math.floor(entries.length / 2);
  const root = (at: number) =>
    entries.slice(at - 1, at).map((head) => ({ type: "root", ...signedRoot(head, key) }) as const);
  return [
    { type: "chain", format: 1, chain: CHAIN, after: 0 },
    key.line,
    ...entries.slice(0, middle),
    ...root(middle),
    ...entries.slice(middle),
    ...root(entries.length),
    { type: "end", seq: entries.length },
  ];
}

function verify(lines: readonly (AuditLine | string)[], trusted = [KEY.line.keyId]) {
  const verifier = new AuditVerifier(trusted);
  for (const line of lines) verifier.line(typeof line === "string" ? line : JSON.stringify(line));
  return verifier.end();
}

const codesOf = (lines: readonly (AuditLine | string)[], trusted?: string[]): readonly FindingCode[] =>
  verify(lines, trusted).findings.map(({ code }) => code);

const facts = fc.array(
  fc.record({ at: fc.nat(), what: fc.string({ unit: "binary" }), refs: fc.dictionary(fc.string(), fc.nat()) }),
  { minLength: 1, maxLength: 12 },
);
const FACTS = Array.from({ length: 8 }, (_, at) => ({ at, what: `fact ${at}` }));

describe("an export that nobody touched", () => {
  it("[U1] [U2] is proven, whatever it says and however its members are ordered", () => {
    fc.assert(
      fc.property(facts, (all) => {
        const lines = exportOf(all).map((line) =>
          line.type === "entry" ? { ...line, fact: Object.fromEntries(Object.entries(line.fact).toReversed()) } : line,
        );
        expect(verify(lines)).toMatchObject({ ok: true, entries: all.length, signedUpTo: all.length });
      }),
    );
  });

  it("[U1] goes on where an earlier part ended, and a part of it is proven as well", () => {
    const lines = exportOf(FACTS);
    const [chain, key, ...rest] = lines as [AuditLine, AuditLine, ...AuditLine[]];
    const again = { type: "chain", format: 1, chain: CHAIN, after: 4 } as const;
    // Four entries, the root of the fourth; then what a later export gave.
    expect(verify([chain, key, ...rest.slice(0, 5), again, key, ...rest.slice(5)]).ok).toBe(true);
    expect(verify([again, key, ...rest.slice(5)])).toMatchObject({ ok: true, firstSeq: 5, lastSeq: 8, entries: 4 });
  });
});

describe("an export that somebody touched", () => {
  it("[U1] any change, removal, insertion or exchange of entries is found, at the first place where it shows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ at: fc.nat(), what: fc.string() }), { minLength: 3, maxLength: 12 }),
        fc.nat(),
        fc.constantFrom("change", "remove", "repeat", "swap", "insert"),
        (all, which, how) => {
          const lines = [...exportOf(all)];
          const places = lines.flatMap((line, place) => (line.type === "entry" ? [place] : []));
          const index = which % (places.length - 1);
          const place = places[index] as number;
          const entry = lines[place] as EntryLine;
          const after = places[index + 1] as number;
          if (how === "change") lines[place] = { ...entry, fact: { ...entry.fact, at: -1 } };
          if (how === "remove") lines.splice(place, 1);
          if (how === "repeat") lines.splice(place, 0, entry);
          if (how === "swap") [lines[place], lines[after]] = [lines[after] as AuditLine, entry];
          if (how === "insert")
            lines.splice(place, 0, ...entriesOf([{ what: "never" }], { ...entry, seq: entry.seq - 1 }));
          const { ok, findings } = verify(lines);
          expect(ok).toBe(false);
          expect(findings[0]?.line).toBeGreaterThanOrEqual(place + 1);
          expect(findings[0]?.line).toBeLessThanOrEqual(after + 1);
        },
      ),
    );
  });

  it("[U3] a chain that was written anew from some entry on is found, for nobody can sign it", () => {
    const [chain, key] = exportOf(FACTS) as [AuditLine, AuditLine];
    const forged = entriesOf(FACTS.map((fact, at) => (at === 5 ? { ...fact, what: "nothing happened" } : fact)));
    const true_ = entriesOf(FACTS);
    const root = { type: "root", ...signedRoot(true_[7] as EntryLine) } as const;
    expect(codesOf([chain, key, ...forged, root, { type: "end", seq: 8 }])).toEqual(["bad_root", "not_signed"]);
    const own = aKey();
    const lines = exportOf(FACTS, own);
    expect(codesOf(lines)).toEqual(["unknown_signer", "unknown_signer", "not_signed"]);
    // Its own root with the trusted key's name.
    const renamed = lines.map((line) => (line.type === "root" ? { ...line, keyId: KEY.line.keyId } : line));
    expect(codesOf([renamed[0] as AuditLine, KEY.line, ...renamed.slice(1)])).toContain("bad_signature");
  });

  it("[U3] what was cut off at the end is missed", () => {
    const lines = exportOf(FACTS);
    expect(codesOf(lines.slice(0, -1))).toEqual(["not_complete"]);
    expect(codesOf(lines.slice(0, -2))).toEqual(["not_complete", "not_signed"]);
    expect(codesOf([...lines.slice(0, -1), { type: "end", seq: 8, more: true }])).toEqual(["not_complete"]);
    expect(codesOf([...lines, { type: "chain", format: 1, chain: CHAIN, after: 8 }])).toEqual(["not_complete"]);
    expect(codesOf([...lines.slice(0, -3), { type: "end", seq: 8 }])).toEqual(["not_complete", "not_signed"]);
    expect(verify(lines.slice(0, -3))).toMatchObject({ signedUpTo: 4, lastSeq: 7 });
  });

  it("[U1] the lines of another chain, or of none, prove nothing", () => {
    const lines = exportOf(FACTS);
    const other = lines.map((line) => (line.type === "chain" ? { ...line, chain: "globex" } : line));
    expect(codesOf(other)).toContain("changed");
    expect(codesOf(lines.slice(1))[0]).toBe("no_chain");
    expect(codesOf([...lines, ...other])[0]).toBe("other_chain");
    expect(codesOf([])).toEqual(["no_chain"]);
  });

  it("[U1] bytes of anybody's making end in findings and nothing else, and those are bounded", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 20 }), (noise) => {
        expect(verify([...exportOf(FACTS), ...noise]).ok).toBe(noise.length === 0);
      }),
    );
    const deep = `{"type":"entry","seq":9,"previous":"${"0".repeat(64)}","hash":"${"0".repeat(64)}","fact":{"a":${"[".repeat(9_000)}${"]".repeat(9_000)}}}`;
    expect(codesOf([...exportOf(FACTS), deep])).toContain("changed");
    const report = verify(Array.from({ length: 500 }, () => "x"));
    expect([report.findings.length, report.findingsInAll]).toEqual([100, 501]);
  });
});

describe("what was removed as over age", () => {
  const entries = entriesOf(FACTS);
  const chain = { type: "chain", format: 1, chain: CHAIN, after: 0 } as const;
  const stub = {
    type: "stub",
    firstSeq: 1,
    lastSeq: 5,
    removedAt: 2,
    root: signedRoot(entries[4] as EntryLine),
  } as const;
  const last = { type: "root", ...signedRoot(entries[7] as EntryLine) } as const;
  const end = { type: "end", seq: 8 } as const;

  it("[U4] is proven to have been there, and the chain goes on from it", () => {
    expect(verify([chain, KEY.line, stub, ...entries.slice(5), last, end])).toMatchObject({
      ok: true,
      removed: 5,
      entries: 3,
      signedUpTo: 8,
    });
  });

  it("[U4] cannot be more than was signed, nor end with another hash", () => {
    expect(codesOf([chain, KEY.line, stub, ...entries.slice(6), last, end])).toEqual(["gap"]);
    const longer = { ...stub, lastSeq: 6 };
    expect(codesOf([chain, KEY.line, longer, ...entries.slice(6), last, end])).toContain("bad_root");
    const forged = { ...stub, root: { ...stub.root, hash: "f".repeat(64) } };
    expect(codesOf([chain, KEY.line, forged, ...entries.slice(5), last, end])).toContain("bad_signature");
  });
});

describe("keys", () => {
  it("[U5] a key that a trusted one endorsed for this chain is believed, and no other", () => {
    const second = aKey(KEY);
    const lines = exportOf(FACTS, second);
    const withFirst = [lines[0] as AuditLine, KEY.line, ...lines.slice(1)];
    expect(verify(withFirst).ok).toBe(true);
    expect(verify(lines).ok).toBe(false);
    const third = aKey(aKey());
    const foreign = exportOf(FACTS, third);
    expect(codesOf([foreign[0] as AuditLine, KEY.line, ...foreign.slice(1)])).toContain("untrusted_key");
    const swapped = { ...second.line, publicKey: third.line.publicKey };
    expect(codesOf([lines[0] as AuditLine, KEY.line, swapped, ...lines.slice(2)])).toContain("bad_key");
  });
});
