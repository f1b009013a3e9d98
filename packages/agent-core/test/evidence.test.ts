import type { ActionArgs, ActionOrder } from "@cordon/core/action";
import { type ActionId, AppError, type EndpointId, epochMs, silentLogger } from "@cordon/core/kernel";
import { createFakeClock } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { createEvidenceServer } from "../src/evidence/serve-evidence.ts";
import {
  DEFAULT_EVIDENCE,
  type EvidenceSettings,
  type EvidenceVault,
  type FromCoordinator,
  type Session,
  type ToCoordinator,
} from "../src/index.ts";
import { ScriptedEdr } from "./scripted-edr.ts";

const GET = { kind: "getFile", path: "C:\\Temp\\evil.exe" } as const;
const SHA = "ab".repeat(32);
type Answer = Extract<ToCoordinator, { kind: "evidenceAnswer" }>;

/** A vault that takes everything, and says that its hash is `SHA`. */
const vault: EvidenceVault = {
  async keep({ actionId, itemId, bytes, chunks, check }) {
    for await (const _chunk of chunks);
    const path = `${actionId}/${itemId}.bin`;
    return check({ sha256: SHA, md5: "cd".repeat(16) }) ?? { kind: "kept", path, bytes, sha256: SHA };
  },
};

function world(given: { spec?: ActionArgs; settings?: Partial<EvidenceSettings>; vault?: EvidenceVault } = {}) {
  const edr = new ScriptedEdr(createFakeClock());
  const answers: Answer[] = [];
  const order: ActionOrder = {
    actionId: "act_1" as ActionId,
    endpointId: "h1" as EndpointId,
    spec: given.spec ?? GET,
    deadline: epochMs(1),
  };
  const server = createEvidenceServer({
    edr,
    orderOf: (actionId) => (actionId === order.actionId ? order : undefined),
    vault: given.vault ?? vault,
    logger: silentLogger,
    settings: { ...DEFAULT_EVIDENCE, ...given.settings },
    signal: new AbortController().signal,
  });
  const session = {
    role: "active",
    uplink: {
      send: (message: ToCoordinator) => {
        answers.push(message as Answer);
        return "sent" as const;
      },
      drained: async () => {},
    },
  } as never as Session;
  server.sessionUp(session);
  const put = (itemId: string, objectName: string) => {
    const chunks = [Buffer.from("abc"), Buffer.from("def")];
    edr.quarantine.set("h1", [...(edr.quarantine.get("h1") ?? []), { item: { itemId, objectName }, chunks }]);
  };
  const ask = async (change: Partial<Extract<FromCoordinator, { kind: "evidenceRequest" }>> = {}) => {
    const request = { kind: "evidenceRequest", requestId: "r1", actionId: order.actionId, requestedBy: "eve" } as const;
    await server.handle({ ...request, want: "file", ...change });
    return answers.at(-1);
  };
  return { edr, server, session, answers, put, ask };
}

describe("evidence", () => {
  it("lists what the action may have brought, without touching the endpoint", async () => {
    const { edr, put, ask } = world();
    put("i1", "C:\\Temp\\evil.exe");
    put("i2", "C:\\Temp\\other.exe");
    expect(await ask({ want: "metadata" })).toEqual({
      kind: "evidenceAnswer",
      requestId: "r1",
      items: [{ itemId: "i1", objectName: "C:\\Temp\\evil.exe" }],
    });
    expect(edr.calls).toEqual(["quarantine h1"]);
  });

  it("fetches the only one that fits, and says where it lies and its hash", async () => {
    const { put, ask } = world();
    put("i1", "C:\\Temp\\evil.exe");
    expect((await ask())?.file).toEqual({ itemId: "i1", path: "act_1/i1.bin", bytes: 6, sha256: SHA });
  });

  it("never guesses among several: the caller names one of the list", async () => {
    const { edr, put, ask } = world();
    put("i1", "evil.exe");
    put("i2", "evil.exe");
    expect(await ask()).toMatchObject({
      problem: { code: "fetch.ambiguous" },
      items: [{ itemId: "i1" }, { itemId: "i2" }],
    });
    expect((await ask({ itemId: "i2" }))?.file?.itemId).toBe("i2");
    expect(await ask({ itemId: "i9" })).toMatchObject({ problem: { code: "fetch.nothing_found" } });
    expect(edr.calls.filter((call) => call.startsWith("fetch"))).toEqual(["fetch h1 i2"]);
  });

  it.each([
    [{ sha256: SHA }, undefined],
    [{ sha256: "cd".repeat(32) }, "fetch.hash_mismatch"],
    [{ md5: "cd".repeat(16) }, undefined],
    [{ md5: "ef".repeat(16) }, "fetch.hash_mismatch"],
  ])("with a hash in the order only that file is kept: %j", async (hash, code) => {
    const { put, ask } = world({ spec: { ...GET, ...hash } });
    put("i1", "C:\\Temp\\evil.exe");
    const answer = await ask();
    expect([answer?.problem?.code, answer?.file === undefined]).toEqual([code, code !== undefined]);
  });

  it("a site that forbids it is not asked; an action that the ledger does not know has nothing", async () => {
    const { edr, put, ask } = world({ settings: { enabled: false } });
    put("i1", "C:\\Temp\\evil.exe");
    expect(await ask()).toMatchObject({ problem: { code: "fetch.forbidden" }, items: [] });
    expect(edr.calls).toEqual([]);
    expect(await world().ask({ actionId: "act_9" as ActionId })).toMatchObject({
      problem: { code: "action.not_found" },
    });
  });

  it("trouble of KSC, of the endpoint and of the disk is answered as what it is", async () => {
    const { edr, put, ask } = world();
    put("i1", "C:\\Temp\\evil.exe");
    edr.refused.set("fetch h1 i1", "ksc.unavailable");
    expect((await ask())?.problem?.code).toBe("ksc.unavailable");
    const full = { keep: async () => ({ kind: "refused", code: "fetch.disk_full", message: "full" }) as const };
    const other = world({ vault: full });
    other.put("i1", "C:\\Temp\\evil.exe");
    expect((await other.ask())?.problem?.code).toBe("fetch.disk_full");
    const broken = world({
      vault: {
        keep: async () => {
          throw new AppError("fetch.unwritable", "read-only");
        },
      },
    });
    broken.put("i1", "C:\\Temp\\evil.exe");
    expect((await broken.ask())?.problem?.code).toBe("fetch.unwritable");
  });

  it("more requests than the site takes at once are turned away, and the ones under way go on", async () => {
    const gate = Promise.withResolvers<void>();
    const slow: EvidenceVault = {
      keep: async (file) => {
        await gate.promise;
        return vault.keep(file);
      },
    };
    const { answers, put, ask } = world({ vault: slow, settings: { requestsMax: 1 } });
    put("i1", "C:\\Temp\\evil.exe");
    const first = ask({ requestId: "a" });
    await ask({ requestId: "b" });
    expect(answers).toMatchObject([{ requestId: "b", problem: { code: "fetch.busy" } }]);
    gate.resolve();
    await first;
    expect(answers[1]).toMatchObject({ requestId: "a", file: { itemId: "i1" } });
  });

  it("an answer that finds no session waits for the next one; no more wait than are bounded", async () => {
    const { server, session, answers, ask } = world({ settings: { answersMax: 2 } });
    server.sessionDown();
    for (const requestId of ["a", "b", "c"]) await ask({ requestId, want: "metadata" });
    expect(answers).toEqual([]);
    server.sessionUp(session);
    expect(answers.map(({ requestId }) => requestId)).toEqual(["b", "c"]);
  });
});
