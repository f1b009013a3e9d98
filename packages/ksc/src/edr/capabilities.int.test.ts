import { Secret } from "@cordon/core/kernel";
import { expect, test } from "vitest";
import { startEdrSite } from "../../test/edr-site.ts";

const { signal } = new AbortController();

test("an account with every right lacks nothing, and nothing is changed or left open by asking", async () => {
  await using site = await startEdrSite();
  expect(await site.edr.capabilities(signal)).toEqual({
    kscVersion: expect.stringMatching(/^15\./),
    consoleAvailable: true,
    missingRights: [],
    missingMethods: [],
    clockSkewMs: expect.any(Number),
  });
  const { calls, incidents, tasks } = site.server.control.truth();
  expect([incidents, tasks]).toEqual([[], []]);
  const opened = ["HostGroup.FindHosts", "HostGroup.FindIncidents"].reduce((sum, name) => sum + (calls[name] ?? 0), 0);
  expect(calls["ChunkAccessor.Release"]).toBe(opened);
  expect(calls["SrvView.ReleaseIterator"]).toBe(1);
  expect(calls["EventProcessing.ReleaseIterator"]).toBe(1);
});

test("a right that the account lacks is named, with what does not work without it", async () => {
  await using site = await startEdrSite({
    server: {
      users: [
        { user: "soc", password: "secret" },
        { user: "narrow", password: "p", denyMethods: ["Tasks.*", "CgwHelper.*"] },
      ],
      user: "soc",
      password: "secret",
    },
  });
  const credentials = { scheme: "KSCBasic", user: "narrow", password: new Secret("p") } as const;
  const { missingRights } = await site.connect(undefined, { credentials }).capabilities(signal);
  expect(missingRights).toEqual([
    expect.stringContaining("tasks cannot be seen"),
    expect.stringContaining("files cannot be fetched"),
  ]);
});

test("trouble on the way is not taken for a missing right", async () => {
  await using site = await startEdrSite();
  site.server.control.addFault({ kind: "ksc_error", method: "HostGroup.FindIncidents", times: 1 });
  await expect(site.edr.capabilities(signal)).rejects.toMatchObject({ code: "ksc.unavailable" });
});

test("a server that is too old to be asked for its methods is not said to lack any", async () => {
  await using site = await startEdrSite();
  const error = { module: "KLCONN", code: 1194 };
  site.server.control.addFault({ kind: "ksc_error", method: "Limits.IsMethodPresent", error });
  expect((await site.edr.capabilities(signal)).missingMethods).toEqual([]);
});
