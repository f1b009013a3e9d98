import { AppError, type Secret } from "@cordon/core/kernel";

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** Where Redis (or Valkey) is: one server, a master that Sentinels name, or a cluster. */
export interface RedisTarget {
  readonly kind: "single" | "sentinel" | "cluster";
  readonly nodes: readonly [RedisNode, ...RedisNode[]];
  readonly tls: boolean;
  /** PEM file of the authority that signed the server's certificate; left out, the system's. */
  readonly caFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  /** Sentinel only. */
  readonly master?: string;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

export const REDIS_URL_FORMS =
  "redis[s]://[user:password@]host[:6379][/database], redis[s]+sentinel://[user:password@]host[:26379],…/master[/database] " +
  "or redis[s]+cluster://[user:password@]host[:6379],…; query: ca, sentinelUsername, sentinelPassword";

const SHAPE = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/]*)@)?([^/?#@]+)((?:\/[^?#]*)?)(?:\?([^#]*))?$/;
const QUERY_NAMES = ["ca", "sentinelUsername", "sentinelPassword"] as const;
const NODES_MAX = 64;

/** Reads `CORDON_REDIS_URL`. Throws `config.invalid` that says what is wrong and never shows the password. */
export function parseRedisUrl(url: Secret): RedisTarget {
  const match = SHAPE.exec(url.reveal());
  if (!match) throw wrong("it has none of the known forms");
  const [, scheme, topology, login, hosts = "", path = "", query = ""] = match;
  const kind = topology === "sentinel" ? "sentinel" : topology === "cluster" ? "cluster" : "single";
  const nodes = parseNodes(hosts, kind === "sentinel" ? 26_379 : 6_379);
  if (kind === "single" && nodes.length > 1) throw wrong("several hosts need redis+sentinel:// or redis+cluster://");
  const segments = path.split("/").filter((segment) => segment !== "");
  const master = kind === "sentinel" ? segments.shift() : undefined;
  if (kind === "sentinel" && master === undefined) throw wrong("Sentinel needs the master's name after the hosts");
  if (kind === "cluster" && segments.length > 0) throw wrong("a cluster has no numbered databases");
  if (segments.length > 1) throw wrong(`what is "/${segments.slice(1).join("/")}" after the database?`);
  return {
    kind,
    nodes,
    tls: scheme === "rediss",
    database: parseDatabase(segments[0]),
    ...(master !== undefined && { master: decode(master) }),
    ...parseLogin(login),
    ...parseQuery(query, kind),
  };
}

function parseNodes(hosts: string, defaultPort: number): RedisTarget["nodes"] {
  const [first, ...others] = hosts.split(",").map((text) => parseNode(text, defaultPort));
  if (!first) throw wrong("it names no host");
  if (others.length >= NODES_MAX) throw wrong(`more than ${NODES_MAX} hosts`);
  return [first, ...others];
}

function parseNode(text: string, defaultPort: number): RedisNode {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text);
  if (!match?.[1]) throw wrong(`"${text}" is not host or host:port`);
  const port = match[2] === undefined ? defaultPort : Number(match[2]);
  if (port < 1 || port > 65_535) throw wrong(`"${text}" has no valid port`);
  return { host: match[1].replace(/^\[|\]$/g, ""), port };
}

function parseDatabase(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,4}$/.test(text)) throw wrong(`"${text}" is not a database number`);
  return Number(text);
}

function parseLogin(login: string | undefined): { readonly username?: string; readonly password?: string } {
  if (login === undefined || login === "") return {};
  const colon = login.indexOf(":");
  if (colon < 0) return { username: decode(login) };
  const username = decode(login.slice(0, colon));
  return { ...(username !== "" && { username }), password: decode(login.slice(colon + 1)) };
}

function parseQuery(query: string, kind: RedisTarget["kind"]) {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!QUERY_NAMES.some((known) => known === name)) throw wrong(`unknown query parameter "${name}"`);
    if (name !== "ca" && kind !== "sentinel") throw wrong(`"${name}" is for redis+sentinel:// only`);
  }
  const [caFile, sentinelUsername, sentinelPassword] = QUERY_NAMES.map((name) => parameters.get(name) ?? undefined);
  return {
    ...(caFile !== undefined && { caFile }),
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("a % in user, password or master is not followed by two hex digits");
  }
}

function wrong(why: string): AppError {
  return new AppError("config.invalid", `The Redis URL is wrong: ${why}. Known forms: ${REDIS_URL_FORMS}`);
}
