import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { isSettled } from "@cordon/core/action";
import { SITES, siteKey, TENANTS } from "./estate.ts";
import { createSender, type Sent } from "./event-sender.ts";
import { createScreen, type SiteView } from "./progress.ts";
import { readRuleFiles, type SampleBody, sampleBodies } from "./sample-events.ts";
import { type DemoOutcome, judge } from "./verdict.ts";
import { type DemoWorld, startWorld } from "./world.ts";

/** Time between two events, so that a person can follow. Without a terminal nobody does. */
const EVENT_PAUSE_MS = 400;
const LOOK_EVERY_MS = 400;
/** All actions end long before; a hang must end too. */
const SETTLE_MS_MAX = 240_000;

export interface DemoRun {
  readonly check: boolean;
  readonly json: boolean;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Builds the world, lets the events in, shows what happens, ends it all; answers the exit code. */
export async function runDemo(run: DemoRun): Promise<number> {
  const outcome = await runAndEnd(run);
  // Last of all, so that it is the last line wherever the output goes.
  if (run.json && typeof outcome === "object") console.log(JSON.stringify(outcome));
  return typeof outcome === "number" ? outcome : outcome.ok ? 0 : 1;
}

async function runAndEnd(run: DemoRun): Promise<number | DemoOutcome> {
  const startedAt = performance.now();
  const say = (line: string) => console.error(line);
  const world = await startWorld({ seed: run.seed, signal: run.signal, say });
  let well = false;
  try {
    for (const tenant of TENANTS) await world.api.putRules(tenant.tenantId, readRuleFiles());
    const hosts = (site: (typeof SITES)[number]) => world.simulator.server(siteKey(site)).hosts();
    const bodies = sampleBodies({ hostsOf: hosts, newId: randomUUID, now: Date.now });
    say(`Ready after ${seconds(startedAt).toFixed(1)} s. Sending ${bodies.length} requests with sample events …`);
    if (!run.check) {
      await showRun(world, bodies, run.signal);
      well = true;
      return 0;
    }
    const outcome = await checkRun(world, bodies, run, startedAt, say);
    well = outcome.ok;
    return outcome;
  } catch (error) {
    well = run.signal.aborted;
    if (well) return 130;
    throw error;
  } finally {
    say("Ending agents, coordinator and simulated servers …");
    await world.stop(well);
  }
}

async function showRun(world: DemoWorld, bodies: readonly SampleBody[], signal: AbortSignal): Promise<void> {
  const screen = createScreen(process.stdout);
  const sent: Sent[] = [];
  const sending = sendAll(world, bodies, signal, EVENT_PAUSE_MS, (result) => sent.push(result));
  // Its failure is met by the loop below, at the latest after the last picture.
  sending.catch(() => {});
  while (!signal.aborted) {
    const views = await look(world);
    screen.show({ headline: headline(views, sent, bodies.length), sites: views, footer: world.footer });
    await Promise.race([wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {}), rejectionOf(sending)]);
  }
  screen.done();
}

async function checkRun(
  world: DemoWorld,
  bodies: readonly SampleBody[],
  run: DemoRun,
  startedAt: number,
  say: (line: string) => void,
): Promise<DemoOutcome> {
  const sent: Sent[] = [];
  await sendAll(world, bodies, run.signal, 0, (result) => sent.push(result));
  const screen = createScreen(process.stderr);
  const deadline = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const views = await look(world);
    screen.show({ headline: headline(views, sent, bodies.length), sites: views, footer: [] });
    const actions = views.flatMap((view) => view.actions);
    if (actions.length > 0 && actions.every(({ state }) => isSettled(state))) break;
    if (performance.now() > deadline) {
      say(`After ${SETTLE_MS_MAX / 1_000} s not every action is settled; judging what there is.`);
      break;
    }
    await wait(LOOK_EVERY_MS, undefined, { signal: run.signal });
  }
  screen.done();
  const outcome = await judgeWorld(world, bodies, sent, seconds(startedAt));
  say(explain(outcome));
  return outcome;
}

async function sendAll(
  world: DemoWorld,
  bodies: readonly SampleBody[],
  signal: AbortSignal,
  pauseMs: number,
  onSent: (sent: Sent) => void,
): Promise<void> {
  const sender = createSender(world.intakeUrl, readFileSync(world.authorityFile, "utf8"), world.credentials);
  try {
    for (const body of bodies) {
      if (signal.aborted) return;
      onSent(await sender.send(body));
      if (pauseMs > 0) await wait(pauseMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    sender.close();
  }
}

async function look(world: DemoWorld): Promise<readonly SiteView[]> {
  const perTenant = await Promise.all(
    TENANTS.map(async ({ tenantId }) => {
      const [actions, health, endpoints] = await Promise.all([
        world.api.actions(tenantId),
        world.api.health(tenantId),
        world.api.endpoints(tenantId),
      ]);
      return { tenantId, actions, health, endpoints };
    }),
  );
  return SITES.map((site) => {
    const tenant = perTenant.find(({ tenantId }) => tenantId === site.tenantId);
    const used = (endpoint: { readonly budget?: { readonly used: number } | undefined }) => endpoint.budget?.used ?? 0;
    return {
      ...site,
      health: tenant?.health.find(({ siteId }) => siteId === site.siteId),
      actions: tenant?.actions.filter(({ siteId }) => siteId === site.siteId) ?? [],
      budgets: (tenant?.endpoints ?? [])
        .filter((endpoint) => endpoint.siteId === site.siteId && used(endpoint) > 0)
        .sort((a, b) => used(b) - used(a)),
    };
  });
}

async function judgeWorld(
  world: DemoWorld,
  bodies: readonly SampleBody[],
  sent: readonly Sent[],
  elapsed: number,
): Promise<DemoOutcome> {
  const [actions, events, truths] = await Promise.all([
    Promise.all(
      TENANTS.map(async ({ tenantId }) =>
        (await world.api.actions(tenantId)).map((action) => ({ ...action, tenantId })),
      ),
    ),
    Promise.all(TENANTS.map(({ tenantId }) => world.api.events(tenantId))),
    world.truths(),
  ]);
  const sum = (count: (one: Sent) => number) => sent.reduce((total, one) => total + count(one), 0);
  return judge({
    eventsSent: sum(({ events: inBody }) => inBody),
    eventsAccepted: sum(({ accepted }) => accepted),
    eventsDuplicate: sum(({ duplicates }) => duplicates),
    eventsQuarantined: sum(({ quarantined }) => quarantined),
    eventsRecorded: events.flat().length,
    actions: actions.flat(),
    targets: new Map(bodies.flatMap(({ targets }) => [...targets])),
    truths,
    seconds: elapsed,
  });
}

function headline(views: readonly SiteView[], sent: readonly Sent[], bodies: number): string {
  const actions = views.flatMap((view) => view.actions);
  const settled = actions.filter(({ state }) => isSettled(state)).length;
  const quarantined = sent.reduce((total, one) => total + one.quarantined, 0);
  return `Cordon demo: ${sent.length}/${bodies} requests sent, ${quarantined} bad events in quarantine, ${settled}/${actions.length} actions settled`;
}

function explain(outcome: DemoOutcome): string {
  const actions = Object.values(outcome.actionsByKind).reduce((sum, count) => sum + count, 0);
  return `${outcome.ok ? "All is well" : "NOT well"}: ${outcome.eventsAccepted} events accepted, ${outcome.eventsQuarantined} in quarantine; ${outcome.verified} of ${actions} actions verified at the simulated servers, ${outcome.duplicatesAtKsc} duplicates, ${outcome.lost} lost; ${outcome.seconds} s.`;
}

/** Never resolves; rejects when the promise does. */
function rejectionOf(promise: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => promise.catch(reject));
}

function seconds(since: number): number {
  return (performance.now() - since) / 1_000;
}
