import { createLoginDesk, createLoginWatch, type LoginStore, type TellLogin } from "@cordon/coordinator-core";
import type { Clock, Logger, Random } from "@cordon/core/kernel";
import type { MetricFamily } from "@cordon/telemetry";
import type { ApiApp } from "../api/api-server.ts";
import { SlowDown } from "../http/slow-down.ts";
import type { AdminToken } from "../start/admin-token.ts";
import { type Authenticator, createAuthenticator } from "./authenticate.ts";
import { type BreakGlass, createBreakGlass } from "./break-glass.ts";
import { type LoginRoutesDeps, loginRoutes } from "./login-routes.ts";
import type { LoginConfig } from "./login-settings.ts";
import { createOpenIdClient } from "./openid-client.ts";
import { readLoginFiles } from "./read-login-files.ts";

/** All ways into the API listener, built and put together. */
export interface Login<Other> {
  readonly authenticator: Authenticator<Other>;
  readonly breakGlass: BreakGlass;
  /** `/auth`. */
  routes(app: ApiApp): void;
  metrics(): readonly MetricFamily[];
  start(): void;
  stop(): Promise<void>;
}

export async function openLogin<Other>(deps: {
  readonly config: LoginConfig;
  readonly store: LoginStore;
  readonly adminToken: AdminToken;
  readonly recogniseOther: (token: string, from: string) => Promise<Other | undefined>;
  readonly describe: LoginRoutesDeps<Other>["describe"];
  readonly tell: TellLogin;
  /** Of the API listener, as others reach it. */
  readonly apiUrl: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): Promise<Login<Other>> {
  const { config, store, tell, clock, random, logger } = deps;
  const settings = config.openId === undefined ? undefined : await readLoginFiles(config.openId);
  const provider = settings === undefined ? undefined : createOpenIdClient({ settings, clock, logger });
  const desk = createLoginDesk({ store, tell, limits: config.session, clock, random, logger });
  const watch = createLoginWatch({ desk, clock, logger });
  const breakGlass = createBreakGlass({
    token: deps.adminToken,
    store,
    enabled: config.breakGlass,
    hasProvider: provider !== undefined,
    tell,
    clock,
    logger,
  });
  const ownOrigin = (): string => config.url ?? deps.apiUrl();
  const authenticator = createAuthenticator({
    desk,
    breakGlass,
    recogniseOther: deps.recogniseOther,
    slow: new SlowDown(),
    ownOrigin,
    clock,
  });
  return {
    authenticator,
    breakGlass,
    routes: (app) =>
      loginRoutes(app, {
        provider,
        desk,
        authenticator,
        tell,
        describe: deps.describe,
        ownOrigin,
        lifeMs: config.session.lifeMs,
        clock,
        logger,
      }),
    metrics() {
      const { wrong, throttled } = authenticator.figures();
      return [
        counter(
          "cordon_break_glass_uses_total",
          "Requests with the break-glass token, since the start",
          breakGlass.uses(),
        ),
        counter("cordon_credentials_refused_total", "Wrong credentials at the API listener, since the start", wrong),
        counter("cordon_credentials_throttled_total", "Requests whose address had to wait, since the start", throttled),
      ];
    },
    start() {
      watch.start();
      breakGlass.start();
    },
    async stop() {
      await watch.stop();
      await breakGlass.stop();
    },
  };
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: "counter", samples: [{ labels: {}, value }] };
}
