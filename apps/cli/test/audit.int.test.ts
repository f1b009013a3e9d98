import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestWorld, type TestWorld } from "./test-world.ts";

let world: TestWorld;
let key: string;
beforeAll(async () => {
  world = await startTestWorld();
  const { items } = await world.json<{ items: { keyId: string }[] }>(["audit", "keys", "list"]);
  key = items[0]?.keyId ?? "";
});
afterAll(() => world?.[Symbol.asyncDispose]());

const file = (name: string) => path.join(world.folder, name);
const verify = (name: string) => world.cordon(["audit", "verify", file(name), "--key", key]);

interface Entry {
  readonly seq: number;
  readonly fact: { readonly kind: string; readonly what: string; readonly refs?: Readonly<Record<string, unknown>> };
}

const entries = async (...more: readonly string[]) =>
  (await world.json<{ items: Entry[] }>(["audit", "list", ...more])).items;

it("[U8] [S11] what a person asks for is in the chain before it is done, with who, from where and why, and no secret", async () => {
  const brake = ["freeze", "--reason", "the customer's night"];
  expect(await world.cordon(brake)).toMatchObject({ code: 0 });
  const { password } = await world.json<{ password: string }>(["intake", "add-basic", "kuma-audit"]);
  expect(await world.cordon(["audit", "export", "--out", file("a.jsonl")])).toMatchObject({ code: 0 });
  const text = readFileSync(file("a.jsonl"), "utf8");
  expect(text).not.toContain(password);
  const all = await entries();
  expect(all.map(({ fact }) => fact)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        kind: "request",
        what: expect.stringMatching(/^POST .*brakes$/),
        from: expect.stringContaining("127.0.0.1"),
        reason: "the customer's night",
        by: expect.objectContaining({ name: "admin" }),
        refs: expect.objectContaining({ body: expect.stringMatching(/^[0-9a-f]{64}$/) }),
      }),
      expect.objectContaining({ kind: "brake", what: "set freeze", reason: "the customer's night" }),
    ]),
  );
  const request = all.find(({ fact }) => fact.kind === "request" && /brakes$/.test(fact.what));
  const answer = all.find(({ fact }) => fact.kind === "answer" && fact.refs?.request === request?.fact.refs?.request);
  expect(answer?.fact.refs).toMatchObject({ status: 201 });
  const shown = await world.cordon(["audit", "show", String(request?.seq)]);
  expect(shown.out).toMatch(/why +the customer's night/);
});

it("[U1] [U3] an export is proven without the coordinator, and one that was touched is not", async () => {
  expect(await verify("a.jsonl")).toMatchObject({ code: 0, out: expect.stringContaining("Proven") });
  const text = readFileSync(file("a.jsonl"), "utf8");
  writeFileSync(file("forged.jsonl"), text.replace("the customer's night", "nothing at all"));
  const forged = await verify("forged.jsonl");
  expect(forged).toMatchObject({
    code: 1,
    out: expect.stringMatching(/NOT proven: .*\n +line \d+: entry \d+ says something else/),
  });
  const other = await world.cordon(["audit", "verify", file("a.jsonl"), "--key", "0".repeat(64)]);
  expect(other).toMatchObject({ code: 1, out: expect.stringContaining("not trusted") });
  expect(await world.cordon(["audit", "verify", file("a.jsonl")])).toMatchObject({ code: 2 });
});

it("[U1] an export that was cut off goes on where it was, without a gap and without a repeat", async () => {
  const { length } = readFileSync(file("a.jsonl"));
  truncateSync(file("a.jsonl"), Math.floor(length * 0.6));
  expect(await verify("a.jsonl")).toMatchObject({ code: 1 });
  expect(await world.cordon(["sites", "label", "hq", "--add", "audited"])).toMatchObject({ code: 0 });
  expect(await world.cordon(["audit", "export", "--out", file("a.jsonl")])).toMatchObject({ code: 0 });
  expect(await verify("a.jsonl")).toMatchObject({ code: 0 });
  appendFileSync(file("other.txt"), "a shopping list\n");
  expect(await world.cordon(["audit", "export", "--out", file("other.txt")])).toMatchObject({ code: 2 });
});

it("[U5] a chain whose key was rotated is proven with the fingerprint of the first", async () => {
  const { keyId } = await world.json<{ keyId: string }>(["audit", "keys", "rotate", "--yes"]);
  expect(await world.cordon(["sites", "label", "hq", "--remove", "audited"])).toMatchObject({ code: 0 });
  await world.cordon(["audit", "export", "--out", file("rotated.jsonl")]);
  expect(readFileSync(file("rotated.jsonl"), "utf8")).toContain(`"keyId":"${keyId}","signature"`);
  expect(await verify("rotated.jsonl")).toMatchObject({ code: 0 });
});

it("[S11] what belongs to no tenant has a chain of its own, and how long a tenant's is kept is a bounded number of days", async () => {
  const platform = await entries("--platform");
  expect(platform.length).toBeGreaterThan(0);
  expect((await world.cordon(["audit", "keep", "30", "--yes"])).code).toBe(2);
  expect((await world.cordon(["audit", "keep", "400", "--yes"])).out).toMatch(/kept +400d, set by admin/);
  expect((await world.cordon(["audit", "status"])).out).toMatch(/signed +up to \d+/);
  expect(await world.cordon(["audit", "show", "999999"])).toMatchObject({ code: 4 });
});
