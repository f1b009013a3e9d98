import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { readFleetFolder } from "./read-fleet-folder.ts";

const RULE = `version: 1
rules:
  - id: isolate
    name: Isolate
    mode: enforce
    when: {field: Name, op: "=", value: R001}
    target: [{by: hostName, field: DestinationHostName}]
    actions: [{kind: isolateHost, arguments: {durationSeconds: 8h}}]
`;

function aFolder(files: Readonly<Record<string, string>>): string {
  const folder = createTempFolder("cordon-fleet");
  onTestFinished(() => folder.remove());
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder.path, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder.path;
}

const refusalOf = (files: Readonly<Record<string, string>>): string => {
  const folder = aFolder(files);
  try {
    readFleetFolder(folder, undefined);
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, "");
  }
  return "nothing";
};

test("a folder says what each tenant's rules are, whatever files they stand in, and how a rollout goes", () => {
  const one = readFleetFolder(aFolder({ "tenants/acme/a.yaml": RULE, "tenants/globex/b.yaml": RULE }), undefined);
  expect(one.policy).toBeUndefined();
  expect(one.tenants.map(({ tenantId }) => tenantId)).toEqual(["acme", "globex"]);
  const [acme, globex] = one.tenants;
  expect(acme?.contentHash).toBe(globex?.contentHash);
  const other = readFleetFolder(
    aFolder({
      "README.md": "for people",
      ".git/config": "",
      "rollout.yaml": "waves: [{soak: 1h}]",
      "tenants/acme/x.yaml": `# another name and a comment\n${RULE}`,
    }),
    undefined,
  );
  expect(other.policy?.waves).toEqual([{ soakSeconds: 3_600 }]);
  expect(other.tenants[0]?.contentHash).toBe(acme?.contentHash);
});

test("what a folder may not have is refused by name, with what was probably meant", () => {
  expect(refusalOf({ "rollout.yml": "", "tenants/acme/a.yaml": RULE })).toContain(
    "rollout.yml is nothing that this folder may have; did you mean rollout.yaml?",
  );
  expect(refusalOf({ "tenants/acme/a.yaml": RULE, "tenants/acme/brakes.json": "" })).toContain(
    "tenants/acme/brakes.json is nothing that this folder may have; known here: rule files that end in .yaml",
  );
  expect(refusalOf({ "tenants/acme/notes/x": "" })).toContain(
    "tenants/acme/notes is nothing that this folder may have",
  );
  expect(refusalOf({ "rollout.yaml": "", "tenants/acme/README.md": "" })).toContain("holds no .yaml file");
});

test("a folder of rule files is one tenant's, as a plan takes it", () => {
  const folder = aFolder({ "a.yaml": RULE });
  expect(readFleetFolder(folder, "acme")).toMatchObject({ tenants: [{ tenantId: "acme" }] });
  const fleet = aFolder({ "tenants/acme/a.yaml": RULE, "tenants/globex/b.yaml": RULE });
  expect(readFleetFolder(fleet, "acme").tenants.map(({ tenantId }) => tenantId)).toEqual(["acme"]);
});

test("every mistake of all files is named at once", () => {
  const files = {
    "rollout.yaml": "waves: [{soack: 1h}]",
    "tenants/acme/a.yaml": RULE.replace("Name, op", "Nmae, op"),
    "tenants/globex/b.yaml": RULE.replace("isolateHost", "isolatHost"),
  };
  const said = refusalOf(files);
  for (const where of ["rollout.yaml:1:9", "tenants/acme/a.yaml:6", "tenants/globex/b.yaml:8"]) {
    expect(said).toContain(where);
  }
});
