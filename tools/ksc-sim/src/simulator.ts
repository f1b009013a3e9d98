import type { Simulator, SimulatorConfig } from "./types.ts";

/** Starts every configured server and the control API. Resolves when all of them listen. */
export declare function startSimulator(config: SimulatorConfig): Promise<Simulator>;
