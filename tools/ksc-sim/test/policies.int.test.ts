import { expect, test } from "vitest";
import { connect, inner, startBench } from "./client.ts";

test("policies are listed for a group, inherited ones only as effective", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const names = async (method: string, nGroupId: number): Promise<unknown[]> =>
    inner((await client.call(method, { nGroupId })).PxgRetVal).map((policy) => policy.KLPOL_PRODUCT);
  const subgroup = inner((await client.call("HostGroup.GetSubgroups", { nGroupId: 0, nDepth: 1 })).PxgRetVal)[0]?.id;
  expect(await names("Policy.GetPoliciesForGroup", -1)).toEqual(["KES", "1103"]);
  expect(await names("Policy.GetPoliciesForGroup", 0)).toEqual(["KES", "1103"]);
  expect(await names("Policy.GetPoliciesForGroup", Number(subgroup))).toEqual([]);
  expect(await names("Policy.GetEffectivePoliciesForGroup", Number(subgroup))).toEqual(["KES", "1103"]);
  expect((await client.call("Policy.GetPolicyData", { nPolicy: 1 })).PxgRetVal).toMatchObject({
    KLPOL_ID: 1,
    KLPOL_PRODUCT: "KES",
    KLPOL_ACTIVE: true,
    KLPOL_PROFILES_NUM: 1,
    KLPOL_CREATED: { type: "datetime", value: expect.any(String) },
  });
  await client.call("Policy.MakePolicyActive", { nPolicy: 1, bActive: false });
  expect((await client.call("Policy.GetPolicyData", { nPolicy: 1 })).PxgRetVal).toMatchObject({ KLPOL_ACTIVE: false });
});

test("settings are changed only when applied, and effective contents follow the enabled profile", async () => {
  await using bench = await startBench();
  const { client } = bench;
  const open = async (): Promise<unknown> =>
    (await client.call("Policy.GetPolicyContents", { nPolicy: 1, nRevisionId: 0, nLifeTime: 60 })).PxgRetVal;
  const at = (wstrID: unknown): object => ({
    wstrID,
    wstrProduct: "KES",
    wstrVersion: "12.0.0.0",
    wstrSection: "ProtectionSettings",
  });
  const value = (given: boolean): object => ({ type: "params", value: { KLPRSS_Val: given } });
  const first = await open();
  expect((await client.call("SsContents.SS_GetNames", { ...at(first), wstrSection: undefined })).PxgRetVal).toContain(
    "ProtectionSettings",
  );
  await client.call("SsContents.Ss_Update", { ...at(first), pNewData: { Enabled: value(false) } });
  expect((await client.call("SsContents.Ss_Read", at(first))).PxgRetVal).toMatchObject({ Enabled: value(false) });
  expect((await client.call("SsContents.Ss_Read", at(await open()))).PxgRetVal).toMatchObject({
    Enabled: { value: { KLPRSS_Val: true } },
  });
  await client.call("SsContents.Ss_Apply", { wstrID: first });
  expect((await client.call("SsContents.Ss_Read", at(await open()))).PxgRetVal).toMatchObject({
    Enabled: value(false),
  });
  expect(await client.fail("SsContents.Ss_Read", { ...at(first), wstrSection: "None" })).toMatchObject({
    module: "KLPRSS",
    code: 1125,
  });
  expect(await client.fail("SsContents.Ss_Update", { ...at(first), wstrSection: "None", pNewData: {} })).toMatchObject({
    code: 1125,
  });
  expect(await client.fail("SsContents.Ss_Read", { ...at(first), wstrProduct: "1103" })).toMatchObject({ code: 1192 });
  await client.call("SsContents.Ss_Add", { ...at(first), wstrSection: "New", pNewData: { A: value(true) } });
  await client.call("SsContents.Ss_Replace", { ...at(first), wstrSection: "New", pNewData: { B: value(true) } });
  expect((await client.call("SsContents.Ss_Read", { ...at(first), wstrSection: "New" })).PxgRetVal).toEqual({
    B: value(true),
  });

  const profile = "Notebooks outside the office";
  expect((await client.call("PolicyProfiles.EnumProfiles", { nPolicy: 1, nRevision: 0 })).PxgRetVal).toEqual({
    [profile]: { type: "params", value: { KLSSPOL_PRF_ENABLED: value(false) } },
  });
  const effective = async (): Promise<unknown> => {
    const wstrID = (
      await client.call("PolicyProfiles.GetEffectivePolicyContents", {
        nPolicy: 1,
        szwHostId: bench.hostId(),
        nLifeTime: 60,
      })
    ).PxgRetVal;
    expect(await client.fail("SsContents.Ss_Apply", { wstrID })).toMatchObject({ code: 1193 });
    return (await client.call("SsContents.Ss_Read", at(wstrID))).PxgRetVal;
  };
  expect(await effective()).toMatchObject({ ScanArchives: { value: { KLPRSS_Val: true } } });
  await client.call("PolicyProfiles.UpdateProfile", {
    nPolicy: 1,
    szwName: profile,
    pAttrsToUpdate: { KLSSPOL_PRF_ENABLED: true },
  });
  expect(await effective()).toMatchObject({ ScanArchives: { value: { KLPRSS_Val: false } } });
  const own = (
    await client.call("PolicyProfiles.GetProfileSettings", {
      nPolicy: 1,
      nRevision: 0,
      szwName: profile,
      nLifeTime: 60,
    })
  ).PxgRetVal;
  expect((await client.call("SsContents.Ss_Read", at(own))).PxgRetVal).toMatchObject({
    ScanArchives: { value: { KLPRSS_Val: false } },
  });
});

test("limits, method presence, server facts and the service account are answered", async () => {
  await using bench = await startBench();
  const { client } = bench;
  expect((await client.call("Limits.GetLimits", { param: 3 })).PxgRetVal).toBe(50_000);
  expect(await client.fail("Limits.GetLimits", { param: 99 })).toMatchObject({ code: 1186 });
  const present = async (strClass: string, strMethod: string, strInstance = ""): Promise<unknown> =>
    (await client.call("Limits.IsMethodPresent", { strInstance, strClass, strMethod })).PxgRetVal;
  expect([
    await present("Tasks", "AddHostToTask"),
    await present("Session", "StartSession"),
    await present("Tasks", "Nothing"),
    await present("Tasks", "AddTask", "i"),
  ]).toEqual([true, true, false, false]);
  expect(
    (await client.call("HostGroup.GetStaticInfo", { pValues: ["KLADMSRV_PRODUCT_FULL_VERSION", "NOTHING"] })).PxgRetVal,
  ).toEqual({
    KLADMSRV_PRODUCT_FULL_VERSION: "15.2.0.1088",
  });
  expect((await client.call("HostGroup.GetRunTimeInfo", { pValues: [] })).PxgRetVal).toMatchObject({
    KLADMSRV_HOSTS_COUNT: 3,
  });
  expect((await client.call("HostGroup.GetInstanceStatistics", { vecFilterFields: [] })).PxgRetVal).toMatchObject({
    KLSRV_ST_HOSTS: 3,
  });
  const { pAccount } = await client.call("ServiceNwcDeployment.CreateServiceAccount");
  const account = pAccount as { KLSVC_ACCOUNT_NAME: string; KLSVC_ACCOUNT_PASSWORD: string };
  expect(account.KLSVC_ACCOUNT_NAME).toMatch(/^NWCSvcUser/);
  await client.call("ServiceNwcDeployment.UpdateServiceAccountAcl", { pAclParams: {} });
  const service = connect(bench.server);
  await service.login({ user: account.KLSVC_ACCOUNT_NAME, password: account.KLSVC_ACCOUNT_PASSWORD });
  await service.call("Session.Ping");
  service.close();
});
