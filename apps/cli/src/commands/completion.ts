import type { RegisterCommand } from "../command/host.ts";
export const registerCompletion: RegisterCommand = () => {};
