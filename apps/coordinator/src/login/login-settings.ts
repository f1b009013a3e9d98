import { AppError } from "@cordon/core/kernel";
import * as z from "zod";

const words = (text: string): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== "");
const origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).protocol === "https:" && new URL(text).origin === text, {
    message: "must be an address like https://cordon.example, without a path",
  });

/** With these names Entra ID lets in everybody who has an account with Microsoft, whosesoever employee. */
const EVERYBODYS = /^https:\/\/login\.microsoftonline\.(?:com|us)\/(?:common|organizations|consumers)(?:\/|$)/i;

const issuer = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).protocol === "https:", {
    message: "must be an address that starts with https://",
  })
  .refine((text) => !URL.canParse(text) || (new URL(text).search === "" && new URL(text).hash === ""), {
    message: "must have no ? and no #",
  })
  .refine((text) => !EVERYBODYS.test(text), {
    message:
      "lets in the accounts of every organisation: put your own tenant's id in the place of common or organizations",
  });

/** How people sign in, by environment variable; part of the schema of `config.ts`. docs/login.md tells them by example. */
export const LOGIN_VARIABLES = {
  /** The OpenID provider, exactly as it calls itself. Left out: nobody signs in, and tokens are the only way in. */
  CORDON_OIDC_ISSUER: issuer.optional(),
  CORDON_OIDC_CLIENT_ID: z.string().min(1).max(256).optional(),
  /** Left out: a public client, which PKCE alone protects. */
  CORDON_OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  /** `openid` is always among them. */
  CORDON_OIDC_SCOPES: z
    .string()
    .default("openid profile email")
    .transform((text) => [...new Set(["openid", ...words(text)])]),
  /** The claim of the ID token that names the person's groups. */
  CORDON_OIDC_GROUPS_CLAIM: z.string().min(1).max(256).default("groups"),
  /**
   * JSON, `{"soc": ["0b1c…", "CN=SOC,OU=…"]}`: groups here with what the provider calls them. Left out: they are called as there.
   */
  CORDON_OIDC_GROUPS_FILE: z.string().min(1).optional(),
  /** PEM of the roots to trust with the provider, instead of those that Node trusts. */
  CORDON_OIDC_CA_FILE: z.string().min(1).optional(),
  /** Where browsers reach the admin API, when it is not `https://<public host>:<API port>`. */
  CORDON_LOGIN_URL: origin.optional(),
  /** A session that was not used for so long has ended. */
  CORDON_SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(1_440).default(60),
  /** A session that is so old has ended: a shift, and then one signs in again. */
  CORDON_SESSION_HOURS: z.coerce.number().int().min(1).max(168).default(12),
  /** `off`: the token in the data directory lets nobody in until it is switched on again. */
  CORDON_BREAK_GLASS: z.enum(["on", "off"]).default("on"),
} as const;

const variables = z.object(LOGIN_VARIABLES);
type LoginValues = z.output<typeof variables>;

export interface OpenIdConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile: string | undefined;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
  readonly groupsFile: string | undefined;
  readonly caFile: string | undefined;
}

export interface LoginConfig {
  readonly openId: OpenIdConfig | undefined;
  /** Undefined: as the listener's own address is. */
  readonly url: string | undefined;
  readonly session: { readonly idleMs: number; readonly lifeMs: number };
  readonly breakGlass: boolean;
}

/** What is missing for what is there. */
export function loginProblems(given: readonly string[]): readonly string[] {
  const has = (name: string): boolean => given.includes(name);
  if (!has("CORDON_OIDC_ISSUER")) {
    const lost = given.filter((name) => name.startsWith("CORDON_OIDC_") && Object.hasOwn(LOGIN_VARIABLES, name));
    return lost.map((name) => `${name} means nothing without CORDON_OIDC_ISSUER`);
  }
  return has("CORDON_OIDC_CLIENT_ID") ? [] : ["CORDON_OIDC_CLIENT_ID: must be given with CORDON_OIDC_ISSUER"];
}

export function toLoginConfig(values: LoginValues): LoginConfig {
  const { CORDON_OIDC_ISSUER: named, CORDON_OIDC_CLIENT_ID: clientId } = values;
  return {
    openId:
      named === undefined || clientId === undefined
        ? undefined
        : {
            issuer: named,
            clientId,
            clientSecretFile: values.CORDON_OIDC_CLIENT_SECRET_FILE,
            scopes: values.CORDON_OIDC_SCOPES,
            groupsClaim: values.CORDON_OIDC_GROUPS_CLAIM,
            groupsFile: values.CORDON_OIDC_GROUPS_FILE,
            caFile: values.CORDON_OIDC_CA_FILE,
          },
    url: values.CORDON_LOGIN_URL,
    session: {
      idleMs: values.CORDON_SESSION_IDLE_MINUTES * 60_000,
      lifeMs: values.CORDON_SESSION_HOURS * 3_600_000,
    },
    breakGlass: values.CORDON_BREAK_GLASS === "on",
  };
}

export function loginConfigError(variable: string, problem: string, cause?: unknown): AppError {
  const problems = [`${variable}: ${problem}`];
  return new AppError("config.invalid", problems.join("; "), { cause, details: { problems } });
}
