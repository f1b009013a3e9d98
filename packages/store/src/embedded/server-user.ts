import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { promisify } from "node:util";
import { AppError } from "@cordon/core/kernel";

/** Whom the server runs as. Undefined: as ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const USER_NAME = "postgres";

/** Postgres refuses to run as root, so root hands it to the user `postgres`, made when missing. */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (userInfo().uid !== 0) return undefined;
  const known = readUser();
  if (known) return known;
  try {
    await promisify(execFile)("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      USER_NAME,
    ]);
  } catch (cause) {
    const user = readUser();
    // Another starting coordinator may have made it in between.
    if (user) return user;
    throw new AppError(
      "store.unavailable",
      `Postgres cannot run as root, and the user "${USER_NAME}" could not be made: create it (useradd --system ${USER_NAME}), start as an ordinary user, or set CORDON_DATABASE_URL`,
      { cause },
    );
  }
  const made = readUser();
  if (!made) throw new AppError("store.unavailable", `the user "${USER_NAME}" was made but is not in /etc/passwd`);
  return made;
}

function readUser(): ServerUser | undefined {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === USER_NAME) return { uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}
