import { inspect } from "node:util";
import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

test("without any setting it listens on this machine only and keeps its data below the checkout", () => {
  const config = readConfig({});
  expect(config.host).toBe("127.0.0.1");
  expect(config.dataDirectory).toMatch(/\.data\/coordinator$/);
  expect(config.database).toBeUndefined();
  expect(config.certificateNames).toContain("localhost");
});

test("every wrong variable is named at once, also the mistyped ones", () => {
  const wrong = {
    CORDON_API_PORT: "70000",
    CORDON_LOG_LEVEL: "loud",
    CORDON_DATABSE_URL: "x",
    CORDON_REDIS_URL: "http://r",
  };
  expect(() => readConfig(wrong)).toThrow(
    expect.objectContaining({
      code: "config.invalid",
      details: {
        problems: [
          "CORDON_DATABSE_URL is not known; did you mean CORDON_DATABASE_URL?",
          expect.stringContaining("CORDON_REDIS_URL: The Redis URL is wrong"),
          expect.stringContaining("CORDON_API_PORT"),
          expect.stringContaining("CORDON_LOG_LEVEL"),
        ],
      },
    }),
  );
});

test("[S9] database and Redis passwords cannot be printed with the configuration", () => {
  const config = readConfig({
    CORDON_DATABASE_URL: "postgres://cordon:hunter2@db.example/cordon?sslmode=verify-full",
    CORDON_DATABASE_ONE_LOGIN: "allowed",
    CORDON_REDIS_URL: "rediss://:hunter2@redis.example",
  });
  expect(inspect(config) + JSON.stringify(config)).not.toContain("hunter2");
  expect(config.redisUrl?.reveal()).toContain("hunter2");
});

test("the public host and the further names are all in the certificate", () => {
  const config = readConfig({
    CORDON_PUBLIC_HOST: "cordon.example",
    CORDON_CERTIFICATE_NAMES: " a.example , 10.0.0.1,",
  });
  expect(config.certificateNames).toEqual(["cordon.example", "localhost", "127.0.0.1", "::1", "a.example", "10.0.0.1"]);
});

test("variables of the agent, the simulator and the tests are no mistakes here", () => {
  const others = {
    CORDON_AGENT_CONFIG: "a.yaml",
    CORDON_KSC_PASSWORD: "x",
    CORDON_ENROL_TOKEN: "x",
    CORDON_TEST_SEED: "1",
  };
  expect(readConfig(others)).toEqual(readConfig({}));
});
