/** What an `Authorization` header asks for. */
export type Credentials =
  | {
      readonly scheme: "basic";
      readonly user: string;
      readonly password: string;
      readonly domain: string;
      readonly internal: boolean;
    }
  | { readonly scheme: "token" | "web_token" | "gateway"; readonly token: string }
  | { readonly scheme: "ntlm" }
  | { readonly scheme: "none" | "unknown" };

const FIELD = /(\w+)\s*=\s*(?:"([^"]*)"|([^",\s]*))/g;

/** Reads every spelling that known clients send: optional domain and internal, quoted or not, `0`/`1` or `false`/`true`. */
export function readAuthorization(header: string | undefined): Credentials {
  if (header === undefined) return { scheme: "none" };
  const space = header.indexOf(" ");
  const scheme = (space === -1 ? header : header.slice(0, space)).toUpperCase();
  const rest = space === -1 ? "" : header.slice(space + 1).trim();
  switch (scheme) {
    case "KSCBASIC": {
      const fields = new Map<string, string>();
      for (const [, name = "", quoted, bare] of rest.matchAll(FIELD))
        fields.set(name.toLowerCase(), quoted ?? bare ?? "");
      return {
        scheme: "basic",
        user: decode(fields.get("user") ?? ""),
        password: decode(fields.get("pass") ?? ""),
        domain: fields.get("domain") ?? "",
        internal: /^(1|true)$/i.test(fields.get("internal") ?? "0"),
      };
    }
    case "KSCT":
      return { scheme: "token", token: rest };
    case "KSCWT":
      return { scheme: "web_token", token: rest };
    case "KSCGW":
      return { scheme: "gateway", token: rest };
    case "NTLM":
      return { scheme: "ntlm" };
    default:
      return { scheme: "unknown" };
  }
}

/** The virtual server a client asks for: base64 of its name; absent, empty and the literal `x` all mean the main server. */
export function readVirtualServer(header: string | undefined): string {
  return header === undefined ? "" : decode(header);
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
