import { pageOf, tenant } from "@cordon/contracts/api";
import { expect, it } from "vitest";
import { apiPath, createApiClient } from "./api-client.ts";
import type { Answer, Outgoing } from "./send-request.ts";

function client(...answers: readonly (Partial<Answer> & { readonly json?: unknown })[]) {
  const asked: Outgoing[] = [];
  const rest = [...answers];
  const api = createApiClient(async (outgoing) => {
    asked.push(outgoing);
    const { status = 200, json, text = JSON.stringify(json) } = rest.shift() ?? {};
    return { status, text };
  }, new AbortController().signal);
  return { api, asked };
}

const row = (tenantId: string) => ({ tenantId, name: tenantId, createdAt: 1 });

it("a list goes on page by page until its limit, and says whether there is more", async () => {
  const { api, asked } = client(
    { json: { items: [row("a"), row("b")], nextCursor: "c1" } },
    { json: { items: [row("c")], nextCursor: "c2" } },
  );
  const seen: number[] = [];
  const listed = await api.list("/tenants", pageOf(tenant), {
    limit: 3,
    query: { text: "x y" },
    onProgress: (items) => seen.push(items),
  });
  expect(listed).toEqual({ items: [row("a"), row("b"), row("c")], more: true });
  expect(asked.map(({ path }) => path)).toEqual([
    "/api/v1/tenants?text=x+y&limit=3",
    "/api/v1/tenants?text=x+y&cursor=c1&limit=1",
  ]);
  expect(seen).toEqual([2, 3]);
});

it("members that the contract does not know are not passed on: what scripts read does not grow by accident", async () => {
  const { api } = client({ json: { ...row("a"), secretPlan: 7 } });
  expect(await api.get("/tenants/a", tenant)).toEqual(row("a"));
});

it.each([
  ["no JSON", { text: "<html>" }],
  ["another shape", { json: { tenantId: 7 } }],
  ["an error in another shape", { status: 500, json: { oops: true } }],
  ["a redirection", { status: 302, text: "" }],
])("%s is told apart from a refusal", async (_what, answer) => {
  await expect(client(answer).api.get("/tenants/a", tenant)).rejects.toMatchObject({ code: "cli.unexpected_answer" });
});

it("a user's id cannot become another route", () => {
  expect(apiPath`/sites/${"../../brakes?x=1#y"}/agents`).toBe("/sites/..%2F..%2Fbrakes%3Fx%3D1%23y/agents");
});
