export { type Coordinator, startCoordinator } from "./compose.ts";
export type { Ready } from "./start/announce.ts";
export { type Config, type ConfigName, readConfig } from "./start/config.ts";
