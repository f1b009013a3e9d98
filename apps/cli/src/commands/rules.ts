import type { RegisterCommand } from "../command/host.ts";
export const registerRules: RegisterCommand = () => {};
