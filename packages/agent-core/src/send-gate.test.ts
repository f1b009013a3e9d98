import { expect, test } from "vitest";
import { createSendGate } from "./send-gate.ts";

test("[D7] no more at once than allowed, and of those that wait the highest class first, then the first that came", async () => {
  const gate = createSendGate(2);
  const sent: string[] = [];
  const ends: (() => void)[] = [];
  const send = (name: string) => () => {
    sent.push(name);
    return new Promise<void>((end) => ends.push(end));
  };
  const passes = [
    gate.pass("scan", send("scan-1")),
    gate.pass("scan", send("scan-2")),
    gate.pass("scan", send("scan-3")),
    gate.pass("remediate", send("remediate")),
    gate.pass("contain", send("contain-1")),
    gate.pass("contain", send("contain-2")),
  ];
  await Promise.resolve();
  expect(sent).toEqual(["scan-1", "scan-2"]);
  for (let index = 0; index < 6; index++) {
    ends[index]?.();
    await passes[["scan-1", "scan-2", "scan-3", "remediate", "contain-1", "contain-2"].indexOf(sent[index] ?? "")];
  }
  expect(sent).toEqual(["scan-1", "scan-2", "contain-1", "contain-2", "remediate", "scan-3"]);
});

test("a send that fails gives its place to the next", async () => {
  const gate = createSendGate(1);
  const failed = gate.pass("scan", () => Promise.reject(new Error("no answer")));
  const next = gate.pass("scan", async () => "sent");
  await expect(failed).rejects.toThrow("no answer");
  expect(await next).toBe("sent");
});
