import { addExamples } from "../command/examples.ts";
import type { RegisterCommand } from "../command/host.ts";
import { registerListContent } from "./lists-content.ts";
import { registerListFiles } from "./lists-files.ts";
import { registerListHistory } from "./lists-history.ts";
import { registerListShapes } from "./lists-shape.ts";

export const registerLists: RegisterCommand = (program, host) => {
  const lists = program
    .command("lists")
    .description("what rules ask about beside the event: active lists, dictionaries, categories, context tables");
  registerListShapes(lists, host);
  registerListContent(lists, host);
  registerListFiles(lists, host);
  registerListHistory(lists, host);
  addExamples(lists, EXAMPLES);
};

const EXAMPLES = [
  "cordon lists list",
  "cordon lists show banned",
  'cordon lists create banned --kind activeList --key hash --expire-after 30d --description "hashes of the week"',
  "cordon lists create accounts --kind contextTable --key user --key domain --column level:number --column home",
  "cordon lists change banned --expire-after never",
  "cordon lists change accounts --add-column owner:text --drop-column home",
  'cordon lists delete banned --reason "moved to the proxy"',
  "cordon lists entries banned --prefix 44d8",
  "cordon lists get accounts ann ACME",
  'cordon lists add banned 44d88612fea8a8f36de82e1278abb02f --expires 4h --reason "seen at globex"',
  "cordon lists add accounts ann ACME --set level=3 --set home=ws-1",
  "cordon lists remove accounts ann ACME",
  "cordon lists import accounts accounts.csv",
  "cordon lists import banned hashes.jsonl --only",
  "cordon lists export accounts --out accounts.csv",
  "cordon lists history banned",
  "cordon lists history accounts --key ann --key ACME",
];
