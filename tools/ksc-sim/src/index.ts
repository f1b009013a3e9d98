export { DEFAULT_KNOBS, type Knobs } from "./config/knobs.ts";
export { createManualClock, createSystemClock, type SimClock } from "./model/clock.ts";
export { startSimulator } from "./simulator.ts";
export type {
  EffectTruth,
  Fault,
  FaultKind,
  ForeignTask,
  HostBehaviour,
  HostChange,
  HostConfig,
  HostSummary,
  IncidentOutcome,
  IncidentTruth,
  IsolationTruth,
  PreventionRuleTruth,
  Right,
  RotationTruth,
  ServerConfig,
  ServerControl,
  SimulatedServer,
  Simulator,
  SimulatorConfig,
  TaskState,
  TaskTruth,
  Truth,
  UserConfig,
  VirtualServerConfig,
} from "./types.ts";
