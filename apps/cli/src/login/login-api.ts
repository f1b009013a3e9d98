import {
  cliToken,
  LOGIN_PREFIX,
  type LoginSession,
  loggedOut,
  loginMethods,
  loginSession,
} from "@cordon/contracts/api";
import { AppError } from "@cordon/core/kernel";
import type * as z from "zod";
import { toApiFailure } from "../api/api-failure.ts";
import type { Send } from "../api/send-request.ts";

/** What is asked below `/auth`. */
export interface LoginApi {
  /** Undefined: what answers there knows no way to sign in but tokens. */
  methods(): Promise<z.output<typeof loginMethods> | undefined>;
  token(code: string, verifier: string): Promise<z.output<typeof cliToken>>;
  session(): Promise<LoginSession>;
  logout(): Promise<void>;
}

export function createLoginApi(send: Send, signal: AbortSignal): LoginApi {
  async function call<T extends z.ZodType>(
    method: string,
    path: string,
    schema: T,
    body?: object,
  ): Promise<z.output<T>> {
    const full = `${LOGIN_PREFIX}${path}`;
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const { status, text } = await send({ method, path: full, body: sent }, signal);
    const json = parse(text);
    const parsed = schema.safeParse(json);
    if (status >= 200 && status <= 299 && parsed.success) return parsed.data;
    throw toApiFailure(status, json) ?? new AppError("cli.unexpected_answer", `${method} ${full}: HTTP ${status}`);
  }
  return {
    methods: () =>
      call("GET", "/methods", loginMethods).catch((thrown: unknown) => {
        const { status } = thrown as { status?: number };
        if (status === 404) return undefined;
        throw thrown;
      }),
    token: (code, verifier) => call("POST", "/cli/token", cliToken, { code, verifier }),
    session: () => call("GET", "/session", loginSession),
    logout: async () => {
      await call("POST", "/logout", loggedOut, {});
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
