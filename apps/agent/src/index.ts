export { type AgentConfig, loadConfig, parseConfig, settingsOf } from "./config/index.ts";
export { enroll } from "./enroll.ts";
export { type EnrolledIdentity, readIdentity, writeIdentity } from "./identity-files.ts";
export { openOrderTrust, writeOrderKeys } from "./order-keys.ts";
export { type AgentFailure, type RunningAgent, type StartOptions, startAgent } from "./start-agent.ts";
export { AGENT_VERSION } from "./version.ts";
