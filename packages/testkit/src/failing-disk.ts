import { execFileSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "./temp-folder.ts";

/** A file system of its own that can fail the way a real one does: the kernel finds an error and takes no write any more. */
export interface FailingDisk extends Disposable {
  readonly path: string;
  /** From now on it is read-only, also for files that are open for writing. */
  fail(): void;
  /** What an admin does: unmounts it, repairs it, mounts it again. Nothing may have files open on it. */
  repair(): void;
}

/**
 * ext4 in a file, mounted with `errors=remount-ro`, so that an error makes it read-only at once; a plain remount is refused while a
 * program has files open for writing. Needs root with the rights to mount, a free loop device and mkfs.ext4; throws with that when
 * it is missing.
 */
export function mountFailingDisk(bytes: number): FailingDisk {
  const folder = createTempFolder("cordon-ext4");
  const image = path.join(folder.path, "image");
  const mounted = path.join(folder.path, "disk");
  mkdirSync(mounted);
  writeFileSync(image, "");
  truncateSync(image, bytes);
  run("mkfs.ext4", "-q", "-F", image);
  const mount = () => void run("mount", "-o", "loop,errors=remount-ro", image, mounted);
  mount();
  return {
    path: mounted,
    fail() {
      const device = path.basename(run("findmnt", "--noheadings", "--output", "SOURCE", mounted).trim());
      writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, "a test");
    },
    repair() {
      run("umount", mounted);
      // 1: there were errors, and they are mended.
      run("sh", "-c", 'e2fsck -fy "$0" || test $? -eq 1', image);
      mount();
    },
    [Symbol.dispose]() {
      run("umount", "--lazy", mounted);
      folder.remove();
    },
  };
}

function run(command: string, ...argv: string[]): string {
  try {
    return execFileSync(command, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (cause) {
    const said = (cause as { readonly stderr?: string }).stderr ?? String(cause);
    const text = `${command} ${argv.join(" ")}: ${said.trim()} (this needs root, the right to mount, loop devices and ext4)`;
    throw new Error(text, { cause });
  }
}
