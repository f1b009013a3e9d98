import { execFileSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "./temp-folder.ts";

/** A file system of its own that a test can fill up and make read-only. Needs the right to mount. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Leaves no room for anything. */
  fill(): void;
  /** Takes away what `fill` put there. */
  free(): void;
  remount(mode: "ro" | "rw"): void;
}

export function mountSmallDisk(bytes: number): SmallDisk {
  const folder = createTempFolder("cordon-disk");
  const run = (command: string, ...argv: string[]) =>
    execFileSync(command, argv, { stdio: ["ignore", "ignore", "pipe"] });
  run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "cordon-test", folder.path);
  const ballast = path.join(folder.path, "ballast");
  return {
    path: folder.path,
    fill() {
      const { bavail, bsize } = statfsSync(folder.path);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize), { flag: "a" });
    },
    free: () => rmSync(ballast, { force: true }),
    remount: (mode) => void run("mount", "-o", `remount,${mode}`, folder.path),
    [Symbol.dispose]() {
      run("umount", "--lazy", folder.path);
      folder.remove();
    },
  };
}
