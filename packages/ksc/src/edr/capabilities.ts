import type { EdrCapabilities } from "@cordon/agent-core";
import { AppError } from "@cordon/core/kernel";
import { createAgentGateway } from "../api/agent-gateway.ts";
import { createChunkAccessor } from "../api/chunk-accessor.ts";
import { createConsoleEvents } from "../api/console-events.ts";
import { createEventProcessing, createEventProcessingFactory } from "../api/event-processing.ts";
import { createHostGroup, type FoundAccessor } from "../api/host-group.ts";
import { createIncidents } from "../api/incidents.ts";
import { createLimits } from "../api/limits.ts";
import { createSrvView } from "../api/srv-view.ts";
import { createTasks } from "../api/tasks.ts";
import { equals } from "../filter/filter.ts";
import { withReleased } from "../paging/release.ts";
import { type EdrContext, pagingIn } from "./context.ts";
import { readServerInfo } from "./server-info.ts";

/** Nothing has this id: what is asked for it is refused for want of a right, or not found. */
const NOBODY = "cordon-capability-probe";
const LIFETIME_SECONDS = 30;

/** Without these no action can be asked for, or none can be followed. */
const METHODS_NEEDED = [
  ["HostGroup", "AddIncident"],
  ["HostGroup", "FindIncidents"],
  ["HostGroup", "FindHosts"],
  ["ConEvents", "IsAnyServiceConsoleAvailable"],
  ["Tasks", "GetAllTasksOfHost"],
] as const;

interface Probe {
  /** KSC's functional area, and what does not work without it. */
  readonly right: string;
  readonly run: (context: EdrContext, signal: AbortSignal) => Promise<unknown>;
}

const PROBES: readonly Probe[] = [
  {
    right: "General features / Basic functionality / Read: hosts cannot be listed",
    run: (context, signal) =>
      searched(context, signal, (session) =>
        createHostGroup(session).findHosts({
          filter: equals("KLHST_WKS_HOSTNAME", NOBODY),
          fields: ["KLHST_WKS_HOSTNAME"],
          lifetimeSeconds: LIFETIME_SECONDS,
        }),
      ),
  },
  {
    right:
      "General features / Basic functionality / Read: incidents cannot be looked up, so a lost answer stays unclear",
    run: (context, signal) =>
      searched(context, signal, (session) =>
        createIncidents(session).findIncidents({
          filter: equals("KLINCDT_ID", 0),
          fields: ["KLINCDT_ID"],
          lifetimeSeconds: LIFETIME_SECONDS,
        }),
      ),
  },
  {
    right: "Kaspersky Endpoint Security / Read: tasks cannot be seen, so nothing is known of an action's progress",
    run: ({ client }, signal) => createTasks(client).getTask("0", { signal }),
  },
  {
    right: "General features / Event processing / Read: results cannot be read from events",
    run: (context, signal) => eventsOpened(context, signal),
  },
  {
    right: "General features / Basic functionality / Read on quarantine: what was quarantined cannot be listed",
    run: (context, signal) => viewOpened(context, signal),
  },
  {
    right: "General features / Operations on Administration Server: files cannot be fetched from endpoints",
    run: ({ client }, signal) => createAgentGateway(client).getNagentLocation(NOBODY, { signal }),
  },
];

/** See port `Edr.capabilities`. About a dozen calls, one after the other; nothing is changed. */
export async function readCapabilities(context: EdrContext, signal: AbortSignal): Promise<EdrCapabilities> {
  const { version, clockSkewMs } = await readServerInfo(context, signal);
  const missingRights: string[] = [];
  for (const { right, run } of PROBES) {
    if (await isDenied(() => run(context, signal))) missingRights.push(right);
  }
  return {
    kscVersion: version,
    consoleAvailable: await createConsoleEvents(context.client).isAnyServiceConsoleAvailable({ signal }),
    missingRights,
    missingMethods: await readMissingMethods(context, signal),
    ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
  };
}

/** Any answer but "access denied" shows that the right is there; trouble on the way shows nothing and is passed on. */
async function isDenied(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return false;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "ksc.access_denied" || error.code === "ksc.not_permitted") return true;
    if (PROVES_ACCESS.has(error.code)) return false;
    throw error;
  }
}

const PROVES_ACCESS = new Set(["ksc.not_found", "ksc.malformed_argument", "ksc.unsupported", "ksc.refused"]);

async function readMissingMethods({ client }: EdrContext, signal: AbortSignal): Promise<readonly string[]> {
  const limits = createLimits(client);
  const missing: string[] = [];
  for (const [className, method] of METHODS_NEEDED) {
    try {
      if (!(await limits.isMethodPresent({ className, method }, { signal }))) missing.push(`${className}.${method}`);
    } catch (error) {
      // A server that cannot be asked is older than the question; what it lacks shows at the call.
      if (error instanceof AppError && error.code === "ksc.unsupported") return [];
      throw error;
    }
  }
  return missing;
}

async function searched(
  context: EdrContext,
  signal: AbortSignal,
  open: (session: ReturnType<typeof pagingIn>["session"]) => Promise<FoundAccessor>,
): Promise<void> {
  const { session, logger } = pagingIn(context, signal);
  const release = ({ accessor }: FoundAccessor) => createChunkAccessor(session).release(accessor);
  await withReleased({ open: () => open(session), release, signal, logger }, async () => {});
}

async function eventsOpened(context: EdrContext, signal: AbortSignal): Promise<void> {
  const { session, logger } = pagingIn(context, signal);
  const search = { fields: ["event_db_id"], lifetimeSeconds: LIFETIME_SECONDS };
  const open = () => createEventProcessingFactory(session).createEventProcessing(search);
  const release = (iterator: string) => createEventProcessing(session).releaseIterator(iterator);
  await withReleased({ open, release, signal, logger }, async () => {});
}

async function viewOpened(context: EdrContext, signal: AbortSignal): Promise<void> {
  const { session, logger } = pagingIn(context, signal);
  const { view, fields } = context.settings.quarantine;
  const views = createSrvView(session);
  const filter = equals(fields.host, NOBODY);
  const open = () => views.resetIterator({ view, filter, fields: [fields.itemId], lifetimeSeconds: LIFETIME_SECONDS });
  await withReleased({ open, release: views.releaseIterator, signal, logger }, async () => {});
}
