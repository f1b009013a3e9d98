export { type AgentConfig, loadConfig, parseConfig } from "./agent-config.ts";
export { settingsOf } from "./settings.ts";
