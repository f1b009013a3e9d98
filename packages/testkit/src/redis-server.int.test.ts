import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { startTestRedis } from "./redis-server.ts";

test("what was acknowledged survives kill -9, and a flush forgets it", async () => {
  await using redis = await startTestRedis();
  expect(await redis.command("SET", "key", "välue")).toBe("OK");
  await redis.kill9();
  await expect(redis.command("PING")).rejects.toThrow();
  await redis.restart();
  expect(await redis.command("GET", "key")).toBe("välue");
  await redis.flush();
  expect(await redis.command("DBSIZE")).toBe("0");
});

test("two servers live side by side and leave nothing behind", async () => {
  const sockets: string[] = [];
  {
    await using first = await startTestRedis();
    await using second = await startTestRedis();
    expect(first.port).not.toBe(second.port);
    sockets.push(first.socketPath, second.socketPath);
    expect(sockets.every((socket) => existsSync(socket))).toBe(true);
  }
  expect(sockets.some((socket) => existsSync(socket))).toBe(false);
});

test("an error reply is an error", async () => {
  await using redis = await startTestRedis();
  await expect(redis.command("NOSUCH")).rejects.toThrow(/unknown command/);
});
