import type { Canary } from "@cordon/coordinator-core";
import { METRICS_CONTENT_TYPE, type MetricFamily, renderMetrics } from "@cordon/telemetry";
import { fleet } from "../../access/route-access.ts";
import type { ApiApp } from "../api-server.ts";
import type { ApiServices } from "../api-services.ts";

/** For Prometheus, with the admin token as bearer. Figures are of the record: whichever process is asked, they are the same. */
export function metricsRoute(app: ApiApp, { canaries }: ApiServices, more: () => readonly MetricFamily[]): void {
  app.get("/metrics", { config: { access: fleet("fleet.read") }, schema: { hide: true } }, async (_request, reply) =>
    reply
      .serializer((text: string) => text)
      .type(METRICS_CONTENT_TYPE)
      .send(renderMetrics([...canaryMetrics(await canaries.list()), ...more()])),
  );
}

function canaryMetrics(canaries: readonly Canary[]): readonly MetricFamily[] {
  const labelsOf = ({ tenantId, siteId }: Canary) => ({ tenant: tenantId, site: siteId });
  return [
    {
      name: "cordon_canary_up",
      help: "0 while the site's canary is in alarm: its last probe failed or is late",
      type: "gauge",
      samples: canaries.map((each) => ({ labels: labelsOf(each), value: each.alarm === undefined ? 1 : 0 })),
    },
    {
      name: "cordon_canary_stage_seconds",
      help: "Time that the last probe that passed took to each state since the one before; total: from order to proof",
      type: "gauge",
      samples: canaries.flatMap((each) =>
        (each.lastPassed?.stages ?? []).map(({ stage, ms }) => ({
          labels: { ...labelsOf(each), stage },
          value: ms / 1_000,
        })),
      ),
    },
    {
      name: "cordon_canary_last_pass_timestamp_seconds",
      help: "When the site was last proven to enforce",
      type: "gauge",
      samples: canaries.flatMap((each) =>
        each.lastPassedAt === undefined ? [] : [{ labels: labelsOf(each), value: each.lastPassedAt / 1_000 }],
      ),
    },
    {
      name: "cordon_canary_probes_total",
      help: "Probes that ended, since the canary was set up",
      type: "counter",
      samples: canaries.flatMap((each) => [
        { labels: { ...labelsOf(each), outcome: "passed" }, value: each.passed },
        { labels: { ...labelsOf(each), outcome: "failed" }, value: each.failed },
      ]),
    },
  ];
}
