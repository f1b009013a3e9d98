import { actionId, endpointId } from "@cordon/core/kernel";
import { expect, it } from "vitest";
import { releaseMethodOf } from "./release-command.ts";

const target = { actionId: actionId("act_1"), endpointId: endpointId("h1"), name: "WS-1; rm -rf /" };
const run = (script: string, timeoutSeconds = 30) =>
  releaseMethodOf({ method: "command", command: process.execPath, arguments: ["-e", script], timeoutSeconds }, {})?.(
    target,
    new AbortController().signal,
  );

it("[S4] a release command runs without a shell and finds the host in its environment", async () => {
  const script =
    "console.log(process.env.CORDON_HOST_ID, process.env.CORDON_HOST_NAME, Object.keys(process.env).includes('HOME'))";
  expect(await run(script)).toMatchObject({
    done: true,
    said: expect.stringContaining("It said: h1 WS-1; rm -rf / false"),
  });
});

it("[S4] a release command that fails, hangs or is not there is told as that", async () => {
  expect(await run("console.error('no rights'); process.exit(3)")).toMatchObject({
    done: false,
    said: expect.stringContaining("failed (3). It said: no rights"),
  });
  expect(await run("setInterval(() => {}, 1000)", 0.5)).toMatchObject({
    done: false,
    said: expect.stringContaining("did not end within 0.5 s"),
  });
  const missing = releaseMethodOf(
    { method: "command", command: "/no/such/program", arguments: [], timeoutSeconds: 5 },
    {},
  );
  expect(await missing?.(target, new AbortController().signal)).toMatchObject({
    done: false,
    said: expect.stringContaining("ENOENT"),
  });
});

it.each([
  ["with a zero byte and a line's end", "WS-1\0\r\n2", "WS-1   2"],
  ["longer than an environment may be", "x".repeat(3_000_000), "x".repeat(256)],
])("[S4] a device whose name is %s is released like any other", async (_what, name, seen) => {
  const command = releaseMethodOf(
    {
      method: "command",
      command: process.execPath,
      arguments: ["-e", "console.log(`<` + process.env.CORDON_HOST_NAME + `>`)"],
      timeoutSeconds: 30,
    },
    {},
  );
  expect(await command?.({ ...target, name }, new AbortController().signal)).toMatchObject({
    done: true,
    said: expect.stringContaining(`<${seen}>`),
  });
});

it("without a command a person is given the steps", () => {
  expect(releaseMethodOf({ method: "none" }, {})).toBeUndefined();
});
