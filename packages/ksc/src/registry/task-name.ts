import type { EdrTask } from "@cordon/agent-core";
import type { RequestRegistry } from "./registry.ts";

/** Task names and event texts differ in case, word and tail (kaspersky.md 2.5); both are read by this one lenient form. */
const RESPONSE_NAME = /^\[Response\]\[(?<area>[^\]]+)\]\s+\$?(?<type>[A-Za-z]+)(?:\.py)?\s+-\s+\$?(?<rest>.*)$/i;
const TRAILING_ID = /(?:^|\s-\s)\$?(\d{1,15})\s*$/;

/** What a response task's display name, or a result event's description, says; undefined when it is not one. */
export function parseResponseName(
  name: string,
  registry: RequestRegistry,
): NonNullable<EdrTask["response"]> | undefined {
  const groups = RESPONSE_NAME.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const id = TRAILING_ID.exec(groups.rest ?? "")?.[1];
  return {
    area: groups.area ?? "",
    kind: registry.kindOf(groups.type ?? ""),
    incidentId: id === undefined ? undefined : Number(id),
  };
}
