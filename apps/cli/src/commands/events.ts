import { eventPage, eventWithDecisions } from "@cordon/contracts/api";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { LIMIT_DEFAULT, LIMIT_FLAG, LIMIT_TEXT, limit, timeOrAge } from "../command/options.ts";
import { listLook } from "../command/print-list.ts";
import { showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { formatEvent } from "../show/event.ts";
import { formatAge, formatTime } from "../show/times.ts";
import { registerEventReplay } from "./events-replay.ts";

export const registerEvents: RegisterCommand = (program, host) => {
  const events = program.command("events").description("what KUMA sent");
  addExamples(events, EXAMPLES);
  events
    .command("list")
    .description("the newest first")
    .option("--decided", "only those that led to a decision")
    .option("--since <time>", "received since a time or within an age (4h, 2d)", timeOrAge)
    .option("--until <time>", "received before a time or an age", timeOrAge)
    .option(LIMIT_FLAG, LIMIT_TEXT, limit, LIMIT_DEFAULT)
    .option(WATCH_FLAG, WATCH_TEXT)
    .action(({ decided, since, until, limit, watch }) =>
      showOrWatch(host, watch, async () => {
        const query = { decided, from: since, to: until };
        const options = { query, limit, onProgress: host.onProgress };
        const listed = await (await host.api()).list(`${await host.tenantPath()}/events`, eventPage, options);
        const now = host.clock.now();
        return listLook(listed, [
          { title: "event", of: ({ eventId }) => eventId },
          { title: "name", of: ({ name }) => name },
          { title: "made", of: ({ timestamp }) => formatTime(timestamp) },
          { title: "received", of: ({ receivedAt }) => formatAge(receivedAt, now), right: true },
          { title: "decisions", of: ({ decisions }) => decisions, right: true },
        ]);
      }),
    );
  events
    .command("show")
    .description("one event with its fields, what was decided about it, and the actions")
    .argument("<event>", "its id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, { watch }) =>
      showOrWatch(host, watch, async () => {
        const path = `${await host.tenantPath()}${apiPath`/events/${id}`}`;
        const found = await (await host.api()).get(path, eventWithDecisions);
        return { value: found, text: () => formatEvent(found, host.paint, host.clock.now()) };
      }),
    );
  registerEventReplay(events, host);
};

const EXAMPLES = [
  "cordon events list --decided --since 4h",
  "cordon events show 3b1f6c0e-2d1a-4f6e-9a55-0c7d2b9e8f10",
  "cordon events replay --from 30d",
  "cordon events replay rules/ --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z",
  "cordon events replay --set 7 --from 7d --json",
  "cordon events list --since 1d --json | jq -r '.items[] | select(.decisions == 0) | .name' | sort | uniq -c",
];
