import { writeFileSync } from "node:fs";
import path from "node:path";
import { AppError } from "@cordon/core/kernel";
import { createTempFolder } from "@cordon/testkit";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "./config.ts";

const AT_HOME = {
  CORDON_DATABASE_URL: "postgres://cordon_app:a@localhost/cordon",
  CORDON_DATABASE_FLEET_URL: "postgres://cordon_fleet:b@localhost/cordon",
  CORDON_DATABASE_OWNER_URL: "postgres://cordon_owner:c@localhost/cordon",
  CORDON_DATABASE_QUEUE_URL: "postgres://cordon_queue:d@localhost/cordon",
  CORDON_DATABASE_SIGNER_URL: "postgres://cordon_signer:e@localhost/cordon",
} as const;

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    expect(JSON.stringify([String(error), (error as AppError).details])).not.toContain("hunter2");
    return error instanceof AppError ? (error.details.problems as string[]) : [String(error)];
  }
}

test("[W4] each role of the database has a login of its own, unless somebody says that one is enough", () => {
  expect(problemsOf(AT_HOME)).toEqual([]);
  const { CORDON_DATABASE_URL } = AT_HOME;
  expect(problemsOf({ CORDON_DATABASE_URL })).toEqual([
    expect.stringMatching(/^CORDON_DATABASE_FLEET_URL must be given/),
    expect.stringMatching(/^CORDON_DATABASE_OWNER_URL must be given/),
    expect.stringMatching(/^CORDON_DATABASE_QUEUE_URL must be given/),
    expect.stringMatching(/^CORDON_DATABASE_SIGNER_URL must be given/),
  ]);
  const config = readConfig({ CORDON_DATABASE_URL, CORDON_DATABASE_ONE_LOGIN: "allowed" });
  expect(config.database).toHaveProperty("oneLogin");
  expect(problemsOf({ ...AT_HOME, CORDON_DATABASE_ONE_LOGIN: "allowed" })).toHaveLength(4);
});

test("with the queue on Redis nobody needs the queue's login at the database", () => {
  const { CORDON_DATABASE_QUEUE_URL: _none, ...rest } = AT_HOME;
  expect(problemsOf({ ...rest, CORDON_REDIS_URL: "redis://localhost" })).toEqual([]);
});

test.each([
  ["CORDON_DATABASE_URL", "postgres://cordon_app:hunter2@db.example/cordon"],
  ["CORDON_DATABASE_OWNER_URL", "postgres://cordon_owner:hunter2@10.0.0.5/cordon?sslmode=disable"],
  ["CORDON_REDIS_URL", "redis://:hunter2@cache.example"],
  ["CORDON_REDIS_URL", "redis+sentinel://:hunter2@localhost,cache.example/main"],
])("[W5] %s may not lead to another machine in plain text: %s", (name, url) => {
  const environment = { ...AT_HOME, [name]: url };
  expect(problemsOf(environment)).toEqual([expect.stringMatching(new RegExp(`^${name} leads to another machine`))]);
  expect(problemsOf({ ...environment, CORDON_PLAINTEXT_SERVERS: "allowed" })).toEqual([]);
});

test.each([
  "postgres://cordon_app:hunter2@db.example/cordon?sslmode=verify-full",
  "postgres://cordon_app:hunter2@db.example/cordon?sslmode=require&sslrootcert=/etc/ca.pem",
  "postgres://cordon_app:hunter2@localhost/cordon?host=/run/postgresql",
  "postgres://cordon_app:hunter2@127.0.0.1:5433/cordon",
])("[W5] what is checked, or stays on this machine, is taken: %s", (url) => {
  expect(problemsOf({ ...AT_HOME, CORDON_DATABASE_URL: url })).toEqual([]);
});

test.each([
  ["postgres://cordon_app:hunter2@db.example/cordon?sslmode=prefer", /does not keep a stranger out/],
  ["postgres://cordon_app:hunter2@db.example/cordon?sslmode=no-verify", /does not keep a stranger out/],
  ["postgres://cordon_app:hunter2@db.example/cordon?ssl=true", /say sslmode/],
  ["postgres://cordon_app:hunter2@localhost/cordon?sslrootcert=/etc/ca.pem", /nothing without sslmode/],
  ["mysql://cordon_app:hunter2@db.example/cordon", /must start with postgres/],
  ["cordon_app:hunter2@db", /URL/],
])("[W5] [S9] %s is refused with a sentence that helps, and without the password", (url, reason) => {
  expect(problemsOf({ ...AT_HOME, CORDON_DATABASE_URL: url })).toEqual([expect.stringMatching(reason)]);
});

test("[S9] a secret may lie in a file, or be what a command says", () => {
  const folder = createTempFolder();
  onTestFinished(() => folder.remove());
  const file = path.join(folder.path, "redis");
  writeFileSync(file, "rediss://:hunter2@cache.example\n");
  expect(readConfig({ CORDON_REDIS_URL_FILE: file }).redisUrl?.reveal()).toBe("rediss://:hunter2@cache.example");
  expect(readConfig({ CORDON_REDIS_URL_COMMAND: `cat ${file}` }).redisUrl?.reveal()).toBe(
    "rediss://:hunter2@cache.example",
  );
});

test("[S9] a secret that cannot be had stops the start, and what its command said stays unsaid", () => {
  expect(problemsOf({ CORDON_REDIS_URL_FILE: "/nowhere/redis" })).toEqual([
    "CORDON_REDIS_URL_FILE: /nowhere/redis cannot be read (ENOENT)",
  ]);
  expect(problemsOf({ CORDON_REDIS_URL_COMMAND: "ls /hunter2" })).toEqual([
    expect.stringMatching(/^CORDON_REDIS_URL_COMMAND: the command gave nothing/),
  ]);
  expect(problemsOf({ CORDON_REDIS_URL: "redis://localhost", CORDON_REDIS_URL_FILE: "/etc/redis" })).toEqual([
    expect.stringMatching(/^CORDON_REDIS_URL is given in more than one way/),
  ]);
});
