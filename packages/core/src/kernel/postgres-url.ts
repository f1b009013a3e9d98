import { AppError } from "./errors.ts";
import { Secret } from "./secret.ts";

/** Where a Postgres is and how it is spoken to. */
export interface PostgresTarget {
  /** Without what `tls` says. */
  readonly url: Secret;
  /** Absent: in plain text. Present: the server's certificate is checked, chain and name. */
  readonly tls?: { readonly caFile?: string; readonly certificateFile?: string; readonly keyFile?: string };
  /** The way there leaves this machine. */
  readonly isRemote: boolean;
}

/** Of libpq's six the three that use TLS for certain; all three mean the full check here. */
const TLS_MODES: ReadonlySet<string> = new Set(["require", "verify-ca", "verify-full"]);
const PLAIN_MODES: ReadonlySet<string> = new Set(["disable"]);
const TLS_PARAMETERS = ["sslmode", "sslrootcert", "sslcert", "sslkey"] as const;

/** [S9] Reads a `postgres://` URL. Throws `config.invalid` that says what is wrong and never shows the password. */
export function readPostgresUrl(url: Secret): PostgresTarget {
  const text = url.reveal();
  if (!URL.canParse(text)) throw wrong("it is no URL");
  const parsed = new URL(text);
  if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:")
    throw wrong("it must start with postgres://");
  const [mode, caFile, certificateFile, keyFile] = TLS_PARAMETERS.map(
    (name) => parsed.searchParams.get(name) ?? undefined,
  );
  for (const name of TLS_PARAMETERS) parsed.searchParams.delete(name);
  for (const name of ["ssl", "uselibpqcompat"]) {
    if (parsed.searchParams.has(name)) throw wrong(`say sslmode instead of ${name}`);
  }
  const host = parsed.searchParams.get("host") ?? parsed.hostname;
  const target = { url: new Secret(parsed.href), isRemote: !isThisMachine(host) };
  if (mode === undefined || PLAIN_MODES.has(mode)) {
    if (caFile !== undefined) throw wrong("sslrootcert means nothing without sslmode=verify-full");
    return target;
  }
  if (!TLS_MODES.has(mode)) {
    throw wrong(
      `sslmode=${mode} does not keep a stranger out: sslmode=verify-full does, with sslrootcert for an own authority`,
    );
  }
  return {
    ...target,
    tls: {
      ...(caFile === undefined ? {} : { caFile }),
      ...(certificateFile === undefined ? {} : { certificateFile }),
      ...(keyFile === undefined ? {} : { keyFile }),
    },
  };
}

/**
 * What a driver is told. Whatever is spoken over TLS is checked, chain and name; without an authority of its own, by those that
 * the program trusts anyway.
 */
export function postgresConnection<File>(url: Secret, read: (file: string) => File) {
  const { url: plain, tls } = readPostgresUrl(url);
  if (tls === undefined) return { connectionString: plain.reveal() };
  const { caFile, certificateFile, keyFile } = tls;
  return {
    connectionString: plain.reveal(),
    ssl: {
      rejectUnauthorized: true,
      ...(caFile === undefined ? {} : { ca: read(caFile) }),
      ...(certificateFile === undefined ? {} : { cert: read(certificateFile) }),
      ...(keyFile === undefined ? {} : { key: read(keyFile) }),
    },
  };
}

/** A Unix socket, or a name or address that leads nowhere else. */
export function isThisMachine(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase();
  return (
    name === "" || name.startsWith("/") || name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name)
  );
}

function wrong(why: string): AppError {
  return new AppError("config.invalid", `The database URL is wrong: ${why}.`);
}
