import { writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder, eventually } from "@cordon/testkit";
import { describe, expect, it } from "vitest";
import { startConnectProxy } from "./connect-proxy.ts";
import { serveEnrolment } from "./enrolment-route.ts";
import { cordonAgent } from "./run-cli.ts";
import { hostOf, startTestSite } from "./test-site.ts";

const ACCOUNT = { user: "site-a", password: "p:w ü" };

function passwordFile(password: string) {
  const folder = createTempFolder();
  const file = path.join(folder.path, "proxy-password");
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
  return { file, [Symbol.dispose]: folder.remove };
}

describe("an HTTP proxy on the way to the coordinator", () => {
  it("the session, with the agent's own certificate inside the tunnel, goes through a proxy that wants a password", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    using password = passwordFile(ACCOUNT.password);
    await using site = await startTestSite({
      config: { proxy: { url: proxy.url, user: ACCOUNT.user, passwordFile: password.file } },
    });
    await site.start();
    const order = site.coordinator.order(hostOf(site), { kind: "onDemandScan" });
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    expect(proxy.asked).toEqual([{ target: `127.0.0.1:${site.line.port}`, status: 200 }]);
  });

  it("so does the enrolment, the first look at the coordinator's root included", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    using password = passwordFile(ACCOUNT.password);
    await using site = await startTestSite({
      config: { proxy: { url: proxy.url, user: ACCOUNT.user, passwordFile: password.file } },
    });
    await using route = await serveEnrolment(site.coordinator.authority, site.coordinator.url);
    const token = { CORDON_ENROL_TOKEN: route.tokenFor(site.coordinator.authority.fingerprint).reveal() };
    expect(await cordonAgent(["-c", site.configFile, "enroll", "--force"], token)).toMatchObject({ code: 0, err: "" });
    expect(proxy.asked.map(({ status }) => status)).toEqual([200, 200]);
  });

  it("a wrong password is told by code with its mend, by enroll at once and by the link in status", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    using password = passwordFile("wrong");
    await using site = await startTestSite({
      config: { proxy: { url: proxy.url, user: ACCOUNT.user, passwordFile: password.file }, log: { level: "silent" } },
    });
    await using route = await serveEnrolment(site.coordinator.authority, site.coordinator.url);
    const token = { CORDON_ENROL_TOKEN: route.tokenFor(site.coordinator.authority.fingerprint).reveal() };
    const enrolled = await cordonAgent(["-c", site.configFile, "enroll", "--force"], token);
    expect(enrolled).toMatchObject({
      code: 1,
      err: expect.stringMatching(/proxy\.auth_required.*\(407\)\n.*proxy\.passwordFile/s),
    });
    await using running = await site.spawn({ connected: false });
    const told = await eventually(
      async () => {
        const { out } = await cordonAgent(["-c", site.configFile, "status"]);
        return out.includes("proxy.auth_required") && out;
      },
      { what: "status to name the proxy" },
    );
    expect(told).toMatch(/NOT connected .*does not accept the password of site-a/);
    expect(running.stderr() + told + enrolled.err).not.toContain("wrong");
  });

  it("a proxy that does not open the way, or is not there, is told apart from a coordinator that is not", async () => {
    await using proxy = await startConnectProxy();
    proxy.refuseWith = 403;
    await using site = await startTestSite({ config: { proxy: { url: proxy.url } } });
    await using route = await serveEnrolment(site.coordinator.authority, site.coordinator.url);
    const token = { CORDON_ENROL_TOKEN: route.tokenFor(site.coordinator.authority.fingerprint).reveal() };
    const enroll = () => cordonAgent(["-c", site.configFile, "enroll", "--force"], token);
    expect((await enroll()).err).toMatch(/proxy\.refused.*answered 403/);
    await proxy[Symbol.asyncDispose]();
    expect((await enroll()).err).toContain("proxy.unreachable");
  });

  it("who is named in noProxy is reached straight; HTTPS_PROXY counts only where it is asked for", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    await using site = await startTestSite({ config: { proxy: { fromEnvironment: true } } });
    const url = new URL(proxy.url);
    const env = { HTTPS_PROXY: `http://${ACCOUNT.user}:${encodeURIComponent(ACCOUNT.password)}@${url.host}` };
    await using route = await serveEnrolment(site.coordinator.authority, site.coordinator.url);
    const token = () => ({ CORDON_ENROL_TOKEN: route.tokenFor(site.coordinator.authority.fingerprint).reveal() });
    const straight = await cordonAgent(["-c", site.configFile, "enroll", "--force"], {
      ...token(),
      ...env,
      NO_PROXY: "127.0.0.0/8",
    });
    expect(straight).toMatchObject({ code: 0 });
    expect(proxy.asked).toEqual([]);
    const through = await cordonAgent(["-c", site.configFile, "enroll", "--force"], { ...token(), ...env });
    expect(through.err).toContain("enrolment.token_used");
    expect(proxy.asked.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe("an HTTP proxy on the way to KSC", () => {
  it("is used where the site says so, and doctor walks that way", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    using password = passwordFile(ACCOUNT.password);
    await using site = await startTestSite({
      config: {
        proxy: { url: proxy.url, user: ACCOUNT.user, passwordFile: password.file },
        ksc: { throughProxy: true },
      },
    });
    await site.start();
    const order = site.coordinator.order(hostOf(site), { kind: "isolateHost", durationSeconds: 3_600 });
    expect(await site.coordinator.offer(order)).toEqual({ kind: "accepted" });
    await site.coordinator.reached(order.actionId, "succeeded");
    const target = `127.0.0.1:${site.ksc.port}`;
    expect(proxy.asked).toContainEqual({ target, status: 200 });
    const { out } = await cordonAgent(["-c", site.configFile, "doctor"]);
    expect(out).toMatch(
      /ok +ksc name +the proxy finds it\nok +ksc port +the proxy .* opens the way\nok +ksc certificate/,
    );
    expect(out).toMatch(/ok +ksc login /);
  });

  it("is not used otherwise; and a proxy that refuses is told as what it is", async () => {
    await using proxy = await startConnectProxy(ACCOUNT);
    using password = passwordFile("wrong");
    const config = { proxy: { url: proxy.url, user: ACCOUNT.user, passwordFile: password.file, noProxy: ["*"] } };
    await using straight = await startTestSite({ config });
    await straight.start();
    await eventually(() => straight.ksc.control.truth().sessions > 0, { what: "a session with KSC" });
    expect(proxy.asked).toEqual([]);
    const throughIt = { proxy: { ...config.proxy, noProxy: [] }, ksc: { throughProxy: true } };
    await using site = await startTestSite({ config: throughIt });
    const { code, out } = await cordonAgent(["-c", site.configFile, "doctor"]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAILED +ksc port +proxy\.auth_required.*\n.*→ .*proxy\.passwordFile/);
    const none = await startTestSite({ config: { ksc: { throughProxy: true } } });
    await using _none = none;
    const refused = await cordonAgent(["-c", none.configFile, "status"]);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("ksc.throughProxy: there is no proxy") });
  });
});
