import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The kernel's numbers for sockets that others can reach: TCP that listens, UDP that is bound and connected to nobody. */
const LISTENS = { tcp: "0A", tcp6: "0A", udp: "07", udp6: "07" } as const;

/** What a process listens on, as `tcp 0100007F:1F90`; of Linux' own tables, so that nothing is taken on trust. */
export function listeningSockets(pid: number): readonly string[] {
  const own = socketsOf(pid);
  return Object.entries(LISTENS).flatMap(([table, state]) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((row) => row[3] === state && own.has(row[9] ?? ""))
      .map((row) => `${table} ${row[1]}`),
  );
}

/** By the inodes of their sockets. */
function socketsOf(pid: number): ReadonlySet<string> {
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap(
    (fd) => linkOf(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1] ?? [],
  );
  return new Set(inodes);
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    // It was closed since it was listed.
    return "";
  }
}
