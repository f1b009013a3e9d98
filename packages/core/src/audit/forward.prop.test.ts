import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "./canonical.ts";
import { cefOf, type ForwardedEntry } from "./cef.ts";
import { forwardText } from "./forward.ts";

const words = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("a|b", "a=b", "c\\", "x\ny", "x\r\ny", '"]', "CEF:0|", "\u2028", "\u001b[31m", "\u0085"),
);

const entry: fc.Arbitrary<ForwardedEntry> = fc.record({
  chain: fc.constantFrom("acme", "-"),
  seq: fc.integer({ min: 1, max: 1_000_000 }),
  hash: fc.constant("a".repeat(64)),
  previous: fc.constant("b".repeat(64)),
  sealedAt: fc.constant(1_795_000_000_000),
  fact: fc.record(
    {
      at: fc.integer({ min: 0 }),
      kind: fc.constantFrom("login", "action", "denied"),
      by: fc.record({ as: fc.constant("person"), name: words }),
      from: fc.constantFrom("10.0.0.7", "2001:db8::7"),
      what: words,
      reason: words,
      code: words,
      site: words,
      targets: fc.array(words, { maxLength: 3 }),
      refs: fc.dictionary(words, words, { maxKeys: 3 }),
    },
    { requiredKeys: ["at", "kind", "what"] },
  ),
});

/** As a receiver reads it: a bar or an equals sign behind a backslash is a letter. */
function readCef(line: string): { readonly header: readonly string[]; readonly fields: ReadonlyMap<string, string> } {
  const parts = line.split(/(?<=(?<!\\)(?:\\\\)*)\|/);
  const extension = parts.slice(7).join("|");
  const starts = [...extension.matchAll(/(?:^| )([A-Za-z0-9]+)(?<=(?<!\\)(?:\\\\)*)=/g)];
  const fields = starts.map((found, index): [string, string] => {
    const end = starts[index + 1]?.index ?? extension.length;
    const raw = extension.slice(found.index + found[0].length, end);
    return [
      found[1] as string,
      raw.replace(/\\([\\=nr])/g, (_, letter) => ({ n: "\n", r: "\r" })[letter as "n"] ?? letter),
    ];
  });
  return { header: parts.slice(0, 7).map((part) => part.replace(/\\([\\|])/g, "$1")), fields: new Map(fields) };
}

test("[U9] whatever words somebody wrote, an entry is one line of CEF, and its number, its hash and who did it are read from it", () => {
  fc.assert(
    fc.property(entry, (one) => {
      const line = cefOf(one, "1.2.3");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is asked.
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      const { header, fields } = readCef(line);
      expect(header.slice(0, 5)).toEqual(["CEF:0", "Cordon", "Cordon", "1.2.3", one.fact.kind]);
      expect(fields.get("externalId")).toBe(String(one.seq));
      expect(fields.get("cs3")).toBe(one.hash);
      expect(fields.get("cs1")).toBe(one.chain === "-" ? undefined : "acme");
    }),
    { numRuns: 300 },
  );
});

test("[U9] messages of syslog are cut apart by their lengths, and each holds what was hashed", () => {
  const style = { format: "syslog", host: "coordinator.example", version: "1" } as const;
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), (some) => {
      const entries = some.map((one, index) => ({ ...one, seq: index + 1 }));
      let rest = Buffer.from(forwardText(entries, 0, style));
      for (const { fact, seq } of entries) {
        const blank = rest.indexOf(" ");
        const length = Number(rest.subarray(0, blank).toString());
        const message = rest.subarray(blank + 1, blank + 1 + length).toString();
        expect(message).toMatch(
          /^<10[89]>1 2026-\S+Z coordinator\.example cordon - (login|action|denied) \[cordon@32473 /,
        );
        expect(message).toContain(`seq="${seq}"`);
        expect(message.endsWith(`] ${canonicalJson(fact)}`)).toBe(true);
        rest = rest.subarray(blank + 1 + length);
      }
      expect(rest.length).toBe(0);
    }),
    { numRuns: 100 },
  );
});

test("[U9] where entries are gone before they were forwarded, a line in their place says so", () => {
  const one = { chain: "acme", hash: "a", previous: "b", sealedAt: 0, fact: { kind: "login", what: "signed in" } };
  const style = { format: "cef", host: "h", version: "1" } as const;
  const lines = forwardText(
    [
      { ...one, seq: 5 },
      { ...one, seq: 6 },
    ],
    2,
    style,
  ).split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain("|entries 3 to 4 were removed before they were forwarded|7|externalId=4 ");
  expect(lines[1]).toContain("externalId=5 ");
  expect(lines[2]).toContain("externalId=6 ");
});
