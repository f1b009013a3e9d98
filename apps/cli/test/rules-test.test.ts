import { writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { cordon } from "./run-cli.ts";

const RULES = `
version: 1
rules:
  - id: isolate
    name: Isolate
    mode: enforce
    when: { all: [{ field: Name, op: "=", value: alarm }, { field: Priority, op: ">=", value: 3 }] }
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: isolateHost, arguments: { durationSeconds: 1h } }]
    limits: { maxActions: { count: 1, within: 1h } }
  - id: never
    name: Never met
    mode: observe
    when: inActiveList('strange', FileHash)
    target: [{ by: fqdn, field: DestinationHostName }]
    actions: [{ kind: onDemandScan }]
`;

const RULES_WITHOUT_LIST = RULES.replace(/ {2}- id: never[\s\S]*/, "");

const tests = (expect: string) => `
endpoints:
  - { site: site-1, name: WS-1, fqdn: ws-1.example }
  - { site: site-1, name: WS-2, fqdn: ws-2.example }
tests:
  - name: an alarm isolates, the second one waits
    events:
      - fields: { Name: alarm, Priority: 4, DestinationHostName: ws-1.example }
      - after: 5m
        fields: { Name: alarm, Priority: 4, DestinationHostName: ws-2.example }
    expect:
${expect}
`;

const RIGHT = `
      - { event: 1, rule: isolate, outcome: act, endpoint: WS-1, arguments: { durationSeconds: 3600 } }
      - { event: 2, rule: isolate, outcome: hold, code: guard.blast_radius, endpoint: ws-2.example }`;

function aFolder(testFile: string, rules = RULES_WITHOUT_LIST): string {
  const folder = createTempFolder("cordon-rule-tests");
  onTestFinished(() => folder.remove());
  writeFileSync(path.join(folder.path, "rules.yaml"), rules);
  writeFileSync(path.join(folder.path, "rules.test.yaml"), testFile);
  return folder.path;
}

const run = (folder: string, ...more: readonly string[]) => cordon(["rules", "test", folder, ...more]);

describe("cordon rules test", () => {
  it("runs events through engine, limits and guards, one after another, and ends with 0 when all is as expected", async () => {
    expect(await run(aFolder(tests(RIGHT)))).toMatchObject({ code: 0, out: "1 test: 1 passed.", err: "" });
  });

  it("says of each difference where it stands, what was expected, what came, and why", async () => {
    const wrong = RIGHT.replace("3600", "7200").replace("outcome: hold, code: guard.blast_radius", "outcome: act");
    const folder = aFolder(tests(wrong));
    const { code, out } = await run(folder);
    expect(code).toBe(1);
    expect(out.replaceAll(`${folder}/`, "")).toBe(
      [
        "rules.test.yaml:6:5: an alarm isolates, the second one waits",
        "  rules.test.yaml:13:9: rule isolate",
        "    - expected arguments.durationSeconds: 7200",
        "    + got      arguments.durationSeconds: 3600",
        '    Rule "isolate" met the event; isolateHost on WS-1 is ordered.',
        "  rules.test.yaml:14:9: rule isolate",
        "    - expected outcome: act",
        "    + got      outcome: hold",
        expect.stringContaining("1 are allowed"),
        "",
        "1 test: 0 passed, 1 failed.",
      ]
        .map((line) => (typeof line === "string" ? line : out.split("\n")[8]))
        .join("\n"),
    );
  });

  it("an expectation that nothing meets fails, and so does a decision that nobody expected", async () => {
    const { out, code } = await run(aFolder(tests("\n      - { rule: other }")), "--json");
    const { tests: told } = JSON.parse(out) as { tests: { differences: { wanted?: object; got?: object }[] }[] };
    expect(code).toBe(1);
    expect(told[0]?.differences.map(({ wanted, got }) => [wanted !== undefined, got !== undefined])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  it("coverage names rules that no test meets and conditions that never failed; too little of it ends with 1", async () => {
    const lists = "lists: [{ name: strange, kind: activeList, entries: [{ key: [abc] }] }]\n";
    const folder = aFolder(lists + tests(RIGHT), RULES);
    const { code, out } = await run(folder, "--coverage");
    expect([code, out]).toEqual([
      0,
      [
        "1 test: 1 passed.",
        "Coverage: 1 of 2 rules, 0 of 3 conditions both ways.",
        "  rule never: met by no test",
        "  rule isolate: always held: Name = 'alarm'",
        "  rule isolate: always held: Priority >= 3",
      ].join("\n"),
    ]);
    expect(await run(folder, "--min-rules", "51%")).toMatchObject({
      code: 1,
      out: expect.stringContaining("50 % of the rules are exercised (1 of 2); 51 % are asked for"),
    });
  });

  it("a list of the test file is what its rules ask", async () => {
    const text = `
lists: [{ name: strange, kind: activeList, entries: [{ key: [abc] }] }]
endpoints: [{ site: site-1, name: WS-1, fqdn: ws-1.example }]
tests:
  - name: only what is in the list is scanned
    rules: [never]
    events:
      - { fields: { FileHash: abc, DestinationHostName: ws-1.example } }
      - { fields: { FileHash: def, DestinationHostName: ws-1.example } }
    expect: [{ event: 1, rule: never, outcome: observe }]
`;
    expect(await run(aFolder(text, RULES))).toMatchObject({ code: 0 });
  });

  it("mistakes of a test file are named with their place, all at once", async () => {
    const { code, err } = await run(
      aFolder(
        "endpoints: [{ site: hq, name: WS-1 }]\ntests:\n  - { name: x, evnts: [], events: [{ fields: {} }], expect: [{ rule: a, outcome: acts }] }\n",
      ),
    );
    expect(code).toBe(2);
    expect(err).toContain(":3:16: tests[0].evnts: there is no member");
    expect(err).toContain("tests[0].expect[0].outcome");
    const site = await run(aFolder(tests(RIGHT).replace("{ site: site-1, name: WS-1", "{ site: site-2, name: WS-1")));
    expect(site.err).toContain('endpoints[0].site: there is no site "site-2" in this file. Did you mean "site-1"?');
  });
});
