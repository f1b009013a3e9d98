import { AppError, Secret } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { parseRedisUrl } from "./redis-target.ts";

const parse = (url: string) => parseRedisUrl(new Secret(url));

test("a single server, with and without its optional parts", () => {
  expect(parse("redis://cache")).toEqual({
    kind: "single",
    nodes: [{ host: "cache", port: 6379 }],
    tls: false,
    database: 0,
  });
  expect(parse("rediss://cordon:p%40ss%3Aword@[fd00::1]:6380/3?ca=/etc/ca.pem")).toEqual({
    kind: "single",
    nodes: [{ host: "fd00::1", port: 6380 }],
    tls: true,
    database: 3,
    username: "cordon",
    password: "p@ss:word",
    caFile: "/etc/ca.pem",
  });
  expect(parse("redis://:only-password@cache").username).toBeUndefined();
});

test("Sentinel: several hosts, the master's name, a database and the Sentinels' own password", () => {
  expect(parse("redis+sentinel://:secret@a,b:26380/main/2?sentinelPassword=other")).toEqual({
    kind: "sentinel",
    nodes: [
      { host: "a", port: 26379 },
      { host: "b", port: 26380 },
    ],
    tls: false,
    database: 2,
    master: "main",
    password: "secret",
    sentinelPassword: "other",
  });
});

test("a cluster has several hosts and no database", () => {
  expect(parse("rediss+cluster://a:7000,b:7001").nodes).toHaveLength(2);
  expect(() => parse("redis+cluster://a/1")).toThrow(/no numbered databases/);
});

test.each([
  ["http://cache", /none of the known forms/],
  ["redis://a,b", /several hosts need/],
  ["redis://cache:99999", /no valid port/],
  ["redis://cache/one", /not a database number/],
  ["redis://cache/1/2", /after the database/],
  ["redis+sentinel://a", /master's name/],
  ["redis://cache?tls=1", /unknown query parameter "tls"/],
  ["redis://cache?sentinelPassword=x", /redis\+sentinel:\/\/ only/],
  ["redis://us%er:x@cache", /two hex digits/],
])("%s is refused with a sentence that helps", (url, reason) => {
  expect(() => parse(url)).toThrow(reason);
});

test("[S9] a refusal never shows the password", () => {
  for (const url of [
    "redis://u:hunter2@a,b",
    "redis://u:hunter2@cache/x",
    "redis://u:hunter2@cache?x=1",
    "redi://u:hunter2@a",
  ]) {
    try {
      parse(url);
      expect.unreachable("the URL is wrong");
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect(JSON.stringify([String(error), (error as AppError).details])).not.toContain("hunter2");
    }
  }
});
