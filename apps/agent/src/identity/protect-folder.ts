import { execFileSync } from "node:child_process";
import path from "node:path";
import { windowsUser } from "../config/windows-user.ts";

/**
 * Windows has no mode bits: there the folder's access list is the guard. What is inherited goes, and only the system, administrators and
 * who runs this may do anything. Pure, so that it can be read and tested on any machine.
 */
export function aclCommand(
  folder: string,
  user: string,
  systemRoot: string,
): { readonly file: string; readonly args: readonly string[] } {
  return {
    file: path.win32.join(systemRoot, "System32", "icacls.exe"),
    // By their well-known ids: the names are translated. (OI)(CI): files and folders below get the same.
    args: [
      folder,
      "/inheritance:r",
      "/grant:r",
      "*S-1-5-18:(OI)(CI)F",
      "*S-1-5-32-544:(OI)(CI)F",
      `${user}:(OI)(CI)F`,
      "/Q",
    ],
  };
}

/** Elsewhere the mode is enough. Throws when Windows refuses: a key is not written where others read it. */
export function protectFolder(folder: string): void {
  if (process.platform !== "win32") return;
  const { user, systemRoot } = windowsUser();
  const command = aclCommand(folder, user, systemRoot);
  // No shell is asked; a user's name is one argument whatever stands in it.
  execFileSync(command.file, [...command.args], { stdio: "ignore", windowsHide: true, timeout: 30_000 });
}
