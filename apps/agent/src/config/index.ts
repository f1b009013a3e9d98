export { type AgentConfig, type ConfigSource, loadConfig, parseConfig } from "./agent-config.ts";
export { settingsOf } from "./settings.ts";
