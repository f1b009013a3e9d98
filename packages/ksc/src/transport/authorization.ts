import { AppError, type Secret } from "@cordon/core/kernel";

/** Who logs in (kaspersky.md 4.2). */
export type KscCredentials =
  | {
      readonly scheme: "KSCBasic";
      readonly user: string;
      readonly password: Secret;
      /** NT domain of a Windows account; empty for a KSC internal user. */
      readonly domain?: string;
      /** True: a KSC internal user. False: a Windows or domain account. */
      readonly internalUser?: boolean;
    }
  /** One-time token of `Session.CreateToken`: good for one login, so after a lost session a new one must be given. */
  | { readonly scheme: "KSCT"; readonly token: Secret }
  | { readonly scheme: "KSCWT"; readonly token: Secret }
  /** Key of `GatewayConnection.PrepareGatewayConnection`: one log-on, after which the connection speaks for what lies behind. */
  | { readonly scheme: "KSCGW"; readonly token: Secret };

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

/** The header's value. Throws `config.invalid` for a value that cannot be put into a header. */
export function authorizationHeader(credentials: KscCredentials): string {
  if (credentials.scheme !== "KSCBasic") {
    const token = credentials.token.reveal();
    if (!/^[!-~]+$/.test(token))
      throw new AppError("config.invalid", `KSC credentials: the ${credentials.scheme} token is not printable text`);
    return `${credentials.scheme} ${token}`;
  }
  const { user, password, domain = "", internalUser = false } = credentials;
  if (user === "") throw new AppError("config.invalid", "KSC credentials: user is empty");
  if (!/^[ !#-[\]-~]*$/.test(domain))
    throw new AppError(
      "config.invalid",
      "KSC credentials: domain holds a quote, a backslash or a character outside ASCII",
    );
  return `KSCBasic user="${base64(user)}", pass="${base64(password.reveal())}", domain="${domain}", internal="${internalUser ? 1 : 0}"`;
}

/** `X-KSC-VServer` names the virtual server at login; for the main server the header is left out. */
export function virtualServerHeader(name: string | undefined): Readonly<Record<string, string>> {
  return name === undefined || name === "" ? {} : { "x-ksc-vserver": base64(name) };
}
