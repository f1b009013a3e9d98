import { ACTION_KINDS } from "@cordon/core/action";
import { AppError } from "@cordon/core/kernel";
import * as z from "zod";
import { quarantineSettings } from "./quarantine-settings.ts";
import type { Template } from "./template.ts";

const template: z.ZodType<Template> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(template), z.record(z.string(), template)]),
);

const shapeOverride = z.strictObject({
  /** Value of the body's `task`. */
  task: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "must be a plain name")
    .optional(),
  /** The whole `params` object; see the registry's variables. */
  params: z.record(z.string(), template).optional(),
});

/** Everything about this site's KSC and KES that nobody could confirm (README.md), with defaults that are the best guess. */
const edrSettings = z.strictObject({
  /** `responseEventIncidentArea`; becomes part of the task's name. Event selections that customers made expect KUMA's. */
  area: z
    .string()
    .regex(/^[A-Za-z0-9 ._-]{1,40}$/, "must be 1-40 letters, digits, blanks, dots, dashes")
    .default("Kuma"),
  /** Unit of the isolation's `duration` variable. */
  isolationUnit: z.enum(["seconds", "minutes", "hours"]).default("seconds"),
  /**
   * How a stored incident is recognised as ours. `bodyMember`: an extra member of the body. `extraParams`: the incident's
   * `GNRL_EXTRA_PARAMS`. `bodyText`: nothing extra; host, time and the exact body text.
   */
  correlation: z.enum(["bodyMember", "extraParams", "bodyText"]).default("bodyMember"),
  /** `KLINCDT_SEVERITY`: 1 info, 2 warning, 3 critical. */
  severity: z.int().min(1).max(3).default(2),
  /** `KLINCDT_TYPE`, when the site's KSC (15 or later) should show one. */
  incidentType: z.string().min(1).max(100).optional(),
  /** Corrected request shapes per action. */
  shapes: z.partialRecord(z.enum(ACTION_KINDS), shapeOverride).default({}),
  /** Where response tasks are looked for: global tasks (class Tasks), local ones (HostTasks), or both. */
  taskScopes: z.enum(["both", "global", "local"]).default("both"),
  /** Products whose tasks count against the limit of 100; an empty list counts every task. */
  taskProducts: z.array(z.string().min(1)).default(["KES"]),
  /** Which hosts the inventory lists. Default: those with a Network Agent, for only they can get a task. */
  inventoryFilter: z.string().min(1).default("(KLHST_WKS_STATUS & 4 <> 0)"),
  inventoryPageSize: z.int().min(1).max(2_000).default(2_000),
  /** Times of a host that a pass over the hosts seen lately goes by; any of them lies within the asked time. */
  inventoryTimes: z
    .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be an attribute's name"))
    .min(1)
    .max(8)
    .default(["KLHST_WKS_LAST_VISIBLE", "KLHST_WKS_LAST_NAGENT_CONNECTED", "KLHST_WKS_CREATED"]),
  /** KSC host id of the Administration Server's own computer, where KSC does not tell it itself. */
  serverHostId: z
    .string()
    .regex(/^[!-~]{1,128}$/, "must be a KSC host id")
    .optional(),
  quarantine: quarantineSettings.prefault({}),
  /** Byte order of `KLHST_WKS_IP_LONG`. */
  ipLongByteOrder: z.enum(["little", "big"]).default("little"),
  /** How events are narrowed at the server, e.g. to one `KLEVP_EVENT_TYPE`; by default task states and general events. */
  eventFilter: z
    .record(z.string(), z.union([z.string(), z.int(), z.boolean()]))
    .default({ EVP_INCL_TASK_STATES: true, EVP_INCL_GNRL_EVENTS: true }),
  /** Attribute that events are sorted by; must rise with `event_db_id`. */
  eventOrder: z.string().min(1).default("event_db_id"),
  /** Console events (class ConEvents) that tell of task states; an empty list subscribes to none. */
  signals: z.array(z.string().min(1).max(100)).max(10).default(["KLPRCI_TaskState", "KLEVP_GroupTaskSyncState"]),
  /** `strSSType` of `HostGroup.AddHostsForSync`. */
  syncStorage: z.string().min(1).default("SS_SETTINGS"),
  /**
   * The policy's Execution Prevention switch, on which Kaspersky's texts contradict each other (kaspersky.md 2.8). `declared`: an
   * operator has looked and says that prevention rules take effect here. `policy`: where the switch is in the KES policy, and
   * the value it must have. Neither blocks an action; without one of them each prevention carries a warning.
   */
  prevention: z
    .strictObject({
      declared: z.boolean().default(false),
      policy: z
        .strictObject({
          product: z.string().min(1).default("KES"),
          section: z.string().min(1),
          /** Names from the section inwards. */
          setting: z.array(z.string().min(1)).min(1).max(8),
          expected: z.union([z.boolean(), z.int(), z.string()]),
        })
        .optional(),
    })
    .prefault({}),
  /** With no cursor yet, events older than this are skipped. */
  eventLookBackHours: z.int().min(0).max(8_760).default(24),
});

export type EdrSettings = z.infer<typeof edrSettings>;

/** Parses the site's part of the configuration. Throws `config.invalid` naming every wrong field. */
export function parseEdrSettings(raw: unknown): EdrSettings {
  const parsed = edrSettings.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "edr"}: ${issue.message}`);
  throw new AppError("config.invalid", `EDR settings: ${problems.join("; ")}`, { details: { problems } });
}
