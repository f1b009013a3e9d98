import { evidence, evidenceList } from "@cordon/contracts/api";
import type * as z from "zod";
import { apiPath } from "../api/api-client.ts";
import { addExamples } from "../command/examples.ts";
import type { Host, RegisterCommand } from "../command/host.ts";
import { type Look, showOrWatch, WATCH_FLAG, WATCH_TEXT } from "../command/watch.ts";
import { EXIT } from "../exit-codes.ts";
import { plain } from "../show/plain-text.ts";
import { formatFields, formatTable } from "../show/table.ts";
import { formatMoment, formatWhen } from "../show/times.ts";

type Evidence = z.output<typeof evidence>;

export const registerEvidence: RegisterCommand = (program, host) => {
  const group = program
    .command("evidence")
    .description("what a getFile or quarantineFile brought; files never leave their site");
  addExamples(group, EXAMPLES);
  group
    .command("ask")
    .description("ask the site what an action brought, or to fetch the file into its own evidence folder")
    .argument("<action>", "the action's id")
    .option("--file", "also fetch the file into the folder of the site's agent")
    .option("--item <id>", "the object that is meant, when several fit")
    .action(async (id, { file, item }) => {
      const path = `${await host.tenantPath()}${apiPath`/actions/${id}/evidence`}`;
      const body = { want: file === true ? "file" : "metadata", ...(item === undefined ? {} : { itemId: item }) };
      const record = await (await host.api()).post(path, body, evidence);
      host.print(record, () => format(record, host));
      if (record.state === "failed") host.exitWith(EXIT.no);
    });
  group
    .command("list")
    .description("what was asked about an action")
    .argument("<action>", "the action's id")
    .action(async (id) => {
      const path = `${await host.tenantPath()}${apiPath`/actions/${id}/evidence`}`;
      const { items } = await (await host.api()).get(path, evidenceList);
      const now = host.clock.now();
      host.print({ items, more: false }, () =>
        items.length === 0
          ? "Nothing was asked yet: cordon evidence ask <action>"
          : formatTable(
              [
                { title: "request", of: ({ requestId }) => requestId },
                { title: "wanted", of: ({ want }) => want },
                { title: "asked", of: ({ requestedAt }) => formatWhen(requestedAt, now) },
                { title: "state", of: ({ state }) => state },
                { title: "objects", of: ({ items }) => items.length, right: true },
                { title: "file at the site", of: ({ file }) => file?.path },
              ],
              items,
            ),
      );
    });
  group
    .command("show")
    .description("one request and its answer")
    .argument("<action>", "the action's id")
    .argument("<request>", "the request's id")
    .option(WATCH_FLAG, WATCH_TEXT)
    .action((id, request, { watch }) => showOrWatch(host, watch, () => show(host, id, request)));
};

async function show(host: Host, id: string, request: string): Promise<Look> {
  const path = `${await host.tenantPath()}${apiPath`/actions/${id}/evidence/${request}`}`;
  const record = await (await host.api()).get(path, evidence);
  return { value: record, text: () => format(record, host) };
}

function format(record: Evidence, { clock }: Host): string {
  const { file, problem, state } = record;
  const next = `cordon evidence show ${record.actionId} ${record.requestId}`;
  return formatFields([
    ["request", record.requestId],
    ["action", record.actionId],
    ["endpoint", `${record.siteId}/${record.endpointId}`],
    ["wanted", record.want],
    ["asked", `${formatMoment(record.requestedAt, clock.now())}, by ${record.requestedBy}`],
    ["state", state === "asked" ? `asked: the site is at work; look again: ${next}` : state],
    ["problem", problem === undefined ? undefined : plain(`${problem.message} (${problem.code})`)],
    ...record.items.map(
      ({ itemId, objectName, bytes, sha256, md5 }) =>
        [
          "object",
          plain(`${objectName}${bytes === undefined ? "" : `, ${bytes} bytes`}`) +
            `\n${itemId}${(sha256 ?? md5) === undefined ? "" : `\n${sha256 ?? md5}`}`,
        ] as const,
    ),
    ["file", file === undefined ? undefined : `${plain(file.path)}, ${file.bytes} bytes, sha256 ${file.sha256}`],
    ["", file === undefined ? undefined : "in the evidence folder of the site's agent; it never leaves the site"],
  ]);
}

const EXAMPLES = [
  "cordon evidence ask act_0123456789abcdef0123456789abcdef",
  "cordon evidence ask act_0123456789abcdef0123456789abcdef --file",
  "cordon evidence list act_0123456789abcdef0123456789abcdef",
  "cordon evidence show act_0123456789abcdef0123456789abcdef 805ab4f5-cb6b-4bfc-927b-255df0d13b9c",
];
