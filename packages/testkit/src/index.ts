export { type EventuallyOptions, eventually } from "./eventually.ts";
export { createFakeClock, type FakeClock } from "./fake-clock.ts";
export { freePort } from "./free-port.ts";
export { reapOnExit } from "./reap-on-exit.ts";
export { startTestRedis, type TestRedis } from "./redis-server.ts";
export { createSeededRandom, type SeededRandom } from "./seeded-random.ts";
export { type Program, type ProgramExit, type ProgramOptions, spawnProgram } from "./spawn-program.ts";
export { type Direction, type ProxyCounters, type ProxyTarget, startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
export { createTempFolder, type TempFolder } from "./temp-folder.ts";
