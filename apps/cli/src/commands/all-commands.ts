import type { RegisterCommand } from "../command/host.ts";

/** In the order of `--help`. Each with all that it needs is loaded when it is asked for: a short answer should come at once. */
const ALL_COMMANDS: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  login: async () => (await import("./login.ts")).registerLogin,
  logout: async () => (await import("./profiles.ts")).registerLogout,
  whoami: async () => (await import("./whoami.ts")).registerWhoami,
  profiles: async () => (await import("./profiles.ts")).registerProfiles,
  status: async () => (await import("./status.ts")).registerStatus,
  people: async () => (await import("./people.ts")).registerPeople,
  roles: async () => (await import("./roles.ts")).registerRoles,
  groups: async () => (await import("./groups.ts")).registerGroups,
  tokens: async () => (await import("./tokens.ts")).registerTokens,
  "break-glass": async () => (await import("./break-glass.ts")).registerBreakGlass,
  tenants: async () => (await import("./tenants.ts")).registerTenants,
  sites: async () => (await import("./sites.ts")).registerSites,
  "enrolment-token": async () => (await import("./enrolment-token.ts")).registerEnrolmentToken,
  agents: async () => (await import("./agents.ts")).registerAgents,
  intake: async () => (await import("./intake.ts")).registerIntake,
  endpoints: async () => (await import("./endpoints.ts")).registerEndpoints,
  respond: async () => (await import("./respond.ts")).registerRespond,
  actions: async () => (await import("./actions.ts")).registerActions,
  evidence: async () => (await import("./evidence.ts")).registerEvidence,
  leases: async () => (await import("./leases.ts")).registerLeases,
  release: async () => (await import("./release.ts")).registerRelease,
  approvals: async () => (await import("./approvals.ts")).registerApprovals,
  approve: async () => (await import("./approve.ts")).registerApprove,
  reject: async () => (await import("./approve.ts")).registerReject,
  kill: async () => (await import("./brake-set.ts")).registerKill,
  freeze: async () => (await import("./brake-set.ts")).registerFreeze,
  "never-touch": async () => (await import("./brake-set.ts")).registerNeverTouch,
  redundancy: async () => (await import("./redundancy.ts")).registerRedundancy,
  limit: async () => (await import("./limit.ts")).registerLimit,
  "require-approval": async () => (await import("./require-approval.ts")).registerRequireApproval,
  "slot-forecast": async () => (await import("./require-approval.ts")).registerSlotForecast,
  "two-persons": async () => (await import("./loosenings.ts")).registerTwoPersons,
  loosenings: async () => (await import("./loosenings.ts")).registerLoosenings,
  holds: async () => (await import("./holds.ts")).registerHolds,
  "re-arm": async () => (await import("./holds.ts")).registerRearm,
  "cool-down": async () => (await import("./cool-down.ts")).registerCoolDown,
  canary: async () => (await import("./canary.ts")).registerCanary,
  brakes: async () => (await import("./brakes.ts")).registerBrakes,
  why: async () => (await import("./why.ts")).registerWhy,
  events: async () => (await import("./events.ts")).registerEvents,
  decisions: async () => (await import("./decisions.ts")).registerDecisions,
  quarantine: async () => (await import("./quarantine.ts")).registerQuarantine,
  lists: async () => (await import("./lists.ts")).registerLists,
  rules: async () => (await import("./rules.ts")).registerRules,
  apply: async () => (await import("./apply.ts")).registerApply,
  rollout: async () => (await import("./rollout.ts")).registerRollout,
  plan: async () => (await import("./plan.ts")).registerPlan,
  plans: async () => (await import("./plan.ts")).registerPlans,
  fleet: async () => (await import("./fleet.ts")).registerFleet,
  releases: async () => (await import("./releases.ts")).registerReleases,
  "agent-rollout": async () => (await import("./agent-rollout.ts")).registerAgentRollout,
  completion: async () => (await import("./completion.ts")).registerCompletion,
};

/** The command that stands first, when it does; all of them for help, completion, and whatever is not understood yet. */
export function commandsFor(argv: readonly string[]): Promise<readonly RegisterCommand[]> {
  const load = Object.hasOwn(ALL_COMMANDS, argv[0] ?? "") ? ALL_COMMANDS[argv[0] ?? ""] : undefined;
  const wanted = load === undefined || argv[0] === "completion" ? Object.values(ALL_COMMANDS) : [load];
  return Promise.all(wanted.map((one) => one()));
}
