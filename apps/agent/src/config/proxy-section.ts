import { AppError, Secret } from "@cordon/core/kernel";
import { parseSubnet } from "@cordon/core/rules";
import * as z from "zod/mini";
import { readPrivateFile } from "../private-file.ts";
import { PROXY_CREDENTIAL, readCredential } from "../service/credential.ts";
import { type Absolute, fileName, optionalPath, text } from "./fields.ts";

export const proxySection = z.strictObject({
  /** `http://host:port` or `https://host:port` of a proxy that opens tunnels (CONNECT). */
  url: z.optional(z.url({ protocol: /^https?$/, error: "must be http://host:port or https://host:port" })),
  /** Basic authentication at the proxy. */
  user: z.optional(text),
  /** File with the password alone, mode 0600. */
  passwordFile: z.optional(fileName),
  /** PEM of the CA that issued an https proxy's certificate, when the system does not know it. */
  caFile: z.optional(fileName),
  /** Reached straight: host names, `.suffix` for all below a domain, addresses, subnets; `*` for everything. */
  noProxy: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(255))).check(z.maxLength(200)), []),
  /** Take HTTPS_PROXY and NO_PROXY from the environment; what stands here wins. */
  fromEnvironment: z._default(z.boolean(), false),
});

type ProxySection = z.output<typeof proxySection>;

/** The proxy towards the coordinator; undefined: it is reached straight. The password is read when it is needed. */
export interface ProxyConfig {
  readonly url: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly password?: () => Secret;
  readonly caFile?: string;
  readonly noProxy: readonly string[];
}

export function finishProxy(
  section: ProxySection,
  source: {
    readonly file: string;
    readonly absolute: Absolute;
    readonly env: Readonly<Record<string, string | undefined>>;
  },
): ProxyConfig | undefined {
  const { file, absolute, env } = source;
  const wrong = (text: string) => new AppError("config.invalid", `${file}: proxy: ${text}`);
  for (const name of section.noProxy) {
    if (name.includes("/") && parseSubnet(name) === undefined) throw wrong(`noProxy: "${name}" is not a subnet`);
  }
  if (section.url !== undefined && hasCredentials(new URL(section.url))) {
    throw wrong("url: a password in an address ends up in logs; use user and passwordFile");
  }
  const fromEnv = section.fromEnvironment ? environmentProxy(env) : undefined;
  const url = section.url ?? fromEnv?.url;
  if (url === undefined) {
    if (section.user !== undefined) throw wrong("user: there is no url that it belongs to");
    return undefined;
  }
  if ((section.user === undefined) !== (section.passwordFile === undefined)) {
    throw wrong("user and passwordFile belong together");
  }
  const { passwordFile } = optionalPath("passwordFile", section.passwordFile, absolute);
  return {
    url,
    ...(section.user === undefined ? fromEnv?.credentials : { user: section.user }),
    ...(passwordFile === undefined ? {} : { passwordFile, password: () => proxyPasswordOf(passwordFile, env) }),
    ...optionalPath("caFile", section.caFile, absolute),
    noProxy: [...section.noProxy, ...(fromEnv?.noProxy ?? [])],
  };
}

function proxyPasswordOf(file: string, env: Readonly<Record<string, string | undefined>>): Secret {
  return readCredential(env, PROXY_CREDENTIAL) ?? readPrivateFile(file, "proxy.passwordFile");
}

function environmentProxy(env: Readonly<Record<string, string | undefined>>) {
  const text = env.HTTPS_PROXY ?? env.https_proxy;
  if (text === undefined || text === "") return undefined;
  const withScheme = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(withScheme))
    throw new AppError("config.invalid", "HTTPS_PROXY is not an address like http://host:port");
  const url = new URL(withScheme);
  const secret = new Secret(decodeURIComponent(url.password));
  const credentials = hasCredentials(url) ? { user: decodeURIComponent(url.username), password: () => secret } : {};
  url.username = "";
  url.password = "";
  const noProxy = (env.NO_PROXY ?? env.no_proxy ?? "").split(/[\s,]+/).filter((name) => name !== "");
  return { url: url.href, credentials, noProxy };
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}
