import { spawn } from "node:child_process";
import { once } from "node:events";

/** Program and arguments, to which the address is added: none goes through a shell. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  linux: ["xdg-open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** The user's own browser; false when there is none to be found, as on a server. The address is no secret. */
export async function openBrowser(url: string, env: Readonly<Record<string, string | undefined>>): Promise<boolean> {
  const [program, ...before] = OPENERS[process.platform] ?? [];
  const hasScreen = process.platform !== "linux" || env.DISPLAY !== undefined || env.WAYLAND_DISPLAY !== undefined;
  if (program === undefined || !hasScreen) return false;
  const opener = spawn(program, [...before, url], { stdio: "ignore", detached: true });
  try {
    await once(opener, "spawn");
  } catch {
    return false;
  }
  opener.unref();
  return true;
}
