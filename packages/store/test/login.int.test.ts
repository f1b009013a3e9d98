import { createHash } from "node:crypto";
import { createLoginDesk, type LoginEvent } from "@cordon/coordinator-core";
import { addMs, type Clock, type EpochMs, silentLogger, systemClock, systemRandom } from "@cordon/core/kernel";
import type { Identity } from "@cordon/core/login";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NOW, openRecordWorld, type RecordWorld } from "./record-world.ts";

let world: RecordWorld;
beforeAll(async () => {
  world = await openRecordWorld();
});
afterAll(() => world.close());

const MINUTE = 60_000;
const identity = (subject: string, change: Partial<Identity> = {}): Identity => ({
  issuer: "https://id.example",
  subject,
  displayName: subject,
  nameHint: subject,
  groups: [],
  groupsWithheld: false,
  ...change,
});

/** One process's desk, at a time that the test moves. */
function desk(start: EpochMs = NOW) {
  let now = start;
  const clock: Clock = { ...systemClock, now: () => now };
  const limits = { idleMs: 60 * MINUTE, lifeMs: 720 * MINUTE };
  const told: string[] = [];
  const tell = async ({ by, from, what, code }: LoginEvent) => {
    told.push([by.as, by.name, from, what, ...(code === undefined ? [] : [code])].join(" | "));
  };
  const deps = { store: world.login, tell, limits, clock, random: systemRandom, logger: silentLogger };
  const made = createLoginDesk(deps);
  return {
    ...made,
    told,
    pass: (ms: number) => {
      now = addMs(now, ms);
    },
    session: async (who: Identity) => {
      const started = await made.startBrowser(who, "192.0.2.7");
      if (started.kind !== "in") throw new Error(started.kind);
      return started;
    },
  };
}

test("[I1] one person who signs in for the first time in eight browsers at once is one person", async () => {
  const names = await Promise.all(Array.from({ length: 8 }, async () => (await desk().session(identity("eve"))).name));
  expect(new Set(names)).toEqual(new Set(["eve"]));
});

test("[I1] [I4] two persons with the same name, one after the other or at once, have two names here, each for good", async () => {
  const others = [identity("twin-1", { nameHint: "twin" }), identity("twin-2", { nameHint: "twin" })];
  const first = await Promise.all(others.map(async (who) => (await desk().session(who)).name));
  expect(new Set(first).size).toBe(2);
  expect(first).toContain("twin");
  const again = await Promise.all(others.map(async (who) => (await desk().session(who)).name));
  expect(again).toEqual(first);
});

test("a name that somebody with a token has, or had, is not given to who signs in", async () => {
  await world.people.addPerson({ name: "mallory", addedAt: NOW, addedBy: "admin" }, "hash of mallory");
  await world.people.removePerson("mallory", { at: NOW, by: "admin" });
  expect((await desk().session(identity("m", { nameHint: "mallory" }))).name).toMatch(/^mallory-[0-9a-f]{12}$/);
  expect((await desk().session(identity("a", { nameHint: "admin" }))).name).toMatch(/^admin-[0-9a-f]{12}$/);
});

test("groups are those of the last login, and a session that began before has them too", async () => {
  const at = desk();
  const { token } = await at.session(identity("grouped", { groups: ["soc", "ops"] }));
  await at.session(identity("grouped", { groups: ["ops"] }));
  expect(await at.recognise(token.reveal(), "browser")).toMatchObject({ groups: ["ops"] });
});

test("[S3] who was removed has no session any more and does not get in again", async () => {
  const at = desk();
  const { token, name } = await at.session(identity("gone"));
  await world.people.removePerson(name, { at: NOW, by: "admin" });
  expect(await at.recognise(token.reveal(), "browser")).toBeUndefined();
  expect(await at.startBrowser(identity("gone"), "192.0.2.7")).toEqual({ kind: "revoked", name: "gone" });
});

test("the list of people tells who signs in, as whom at the provider, and when last", async () => {
  const at = desk();
  at.pass(MINUTE);
  await at.session(identity("listed", { displayName: "Lis Ted", groups: ["soc"] }));
  const people = await world.people.listPeople();
  expect(people.find(({ name }) => name === "listed")).toEqual({
    name: "listed",
    addedAt: addMs(NOW, MINUTE),
    addedBy: "login",
    signIn: {
      issuer: "https://id.example",
      subject: "listed",
      displayName: "Lis Ted",
      groups: ["soc"],
      lastAt: addMs(NOW, MINUTE),
    },
  });
  expect(people.find(({ name }) => name === "mallory")).not.toHaveProperty("signIn");
});

test("[S11] each way in and out is told with who and from where, and nobody is let in before it is kept", async () => {
  const at = desk();
  const { token } = await at.session(identity("told"));
  await at.end(token.reveal(), "192.0.2.8");
  await world.people.removePerson("told", { at: NOW, by: "admin" });
  await at.startBrowser(identity("told"), "192.0.2.9");
  expect(at.told).toEqual([
    "person | told | 192.0.2.7 | signed in: told of https://id.example",
    "person | told | 192.0.2.7 | a session of a browser began",
    "person | told | 192.0.2.8 | signed out",
    "person | told | 192.0.2.9 | was removed and is not let in: told of https://id.example | login.revoked",
  ]);
  const unkept = createLoginDesk({
    store: world.login,
    tell: () => Promise.reject(new Error("the trail is away")),
    limits: { idleMs: MINUTE, lifeMs: MINUTE },
    clock: systemClock,
    random: systemRandom,
    logger: silentLogger,
  });
  await expect(unkept.startBrowser(identity("unkept"), "192.0.2.7")).rejects.toThrow("the trail is away");
  const sessions = await world.database.asFleet.query("SELECT FROM login_sessions WHERE name = 'unkept'");
  expect(sessions).toEqual([]);
});

test("a person's oldest session ends when there are more than twenty", async () => {
  const at = desk();
  const tokens: string[] = [];
  for (let count = 0; count < 22; count++) {
    at.pass(1);
    tokens.push((await at.session(identity("many"))).token.reveal());
  }
  const live = await Promise.all(tokens.map(async (token) => (await at.recognise(token, "browser")) !== undefined));
  expect(live).toEqual([false, false, ...Array(20).fill(true)]);
});

test("[S1] [S2] a session lives while it is used, whichever process is asked, and neither token is the other kind's", async () => {
  const [one, other] = [desk(), desk()];
  const { token } = await one.session(identity("mover"));
  for (const at of [one, other]) {
    at.pass(50 * MINUTE);
    expect(await at.recognise(token.reveal(), "browser")).toMatchObject({ name: "mover" });
    expect(await at.recognise(token.reveal(), "cli")).toBeUndefined();
  }
  other.pass(50 * MINUTE);
  expect(await other.recognise(token.reveal(), "browser")).toMatchObject({ name: "mover" });
  one.pass(111 * MINUTE);
  expect(await one.recognise(token.reveal(), "browser")).toBeUndefined();
});

test("a code buys one session, whoever asks for it at the same moment", async () => {
  const at = desk();
  const verifier = "v".repeat(43);
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = await at.prepareCli(identity("racer"), { port: 4_001, challenge, state: "s" }, "192.0.2.7");
  if (asked.kind !== "asked") throw new Error(asked.kind);
  const code = asked.code.reveal();
  expect(await at.allowCli(code)).toEqual({ port: 4_001, challenge, state: "s" });
  expect(await at.allowCli(code)).toBeUndefined();
  const taken = await Promise.all(Array.from({ length: 8 }, () => at.takeCli(code, verifier, "192.0.2.7")));
  expect(taken.filter((one) => one !== undefined)).toHaveLength(1);
});

test("what has ended is removed, and what lives is not", async () => {
  const at = desk();
  const { token: old } = await at.session(identity("tidy"));
  const challenge = "c".repeat(43);
  await at.prepareCli(identity("tidy"), { port: 4_001, challenge, state: "s" }, "192.0.2.7");
  await world.login.addAlarm({ at: NOW, source: "192.0.2.7", uses: 3 });
  at.pass(721 * MINUTE);
  const { token: young } = await at.session(identity("tidy"));
  await at.tidy();
  const rows = await world.database.asFleet.query<{ count: number }>(
    "SELECT (SELECT count(*) FROM login_sessions WHERE name = 'tidy') + (SELECT count(*) FROM login_codes) AS count",
  );
  expect(rows[0]?.count).toBe(1);
  expect(await at.recognise(young.reveal(), "browser")).toMatchObject({ name: "tidy" });
  expect(await at.recognise(old.reveal(), "browser")).toBeUndefined();
  expect(await world.login.alarmsSince(NOW)).toMatchObject({ uses: 3 });
});

test("[A2] the status has the latest alarm, with the uses that all of them told", async () => {
  const from = addMs(NOW, 10 * MINUTE);
  expect(await world.login.alarmsSince(from)).toBeUndefined();
  await world.login.addAlarm({ at: from, source: "192.0.2.7", uses: 1 });
  await world.login.addAlarm({ at: addMs(from, 1), source: "192.0.2.8", uses: 41 });
  expect(await world.login.alarmsSince(from)).toEqual({
    uses: 42,
    last: { at: addMs(from, 1), source: "192.0.2.8", uses: 41 },
  });
});
