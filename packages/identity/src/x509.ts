// reflect-metadata must be loaded before @peculiar/x509, whose container needs it; so this file is its only importer.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto);

export { x509 };

/** P-256 with SHA-256 everywhere: what every TLS 1.3 peer must support (RFC 8446, 9.1). */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
export const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-256" } as const;
