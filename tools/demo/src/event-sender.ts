import * as z from "zod";
import { createHttpsClient } from "./https-client.ts";
import type { SampleBody } from "./sample-events.ts";

const taken = z.object({ accepted: z.number(), duplicates: z.number(), quarantined: z.number() });

export interface Credential {
  readonly user: string;
  readonly password: string;
}

export interface Sent {
  /** How many events the body carried, good and bad. */
  readonly events: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/** Posts bodies as KUMA's HTTP destination does: each tenant with its own user and password. */
export function createSender(intakeUrl: string, authority: string, credentials: ReadonlyMap<string, Credential>) {
  const client = createHttpsClient(intakeUrl, authority, {});
  return {
    async send({ tenantId, text, file }: SampleBody): Promise<Sent> {
      const credential = credentials.get(tenantId);
      const basic = Buffer.from(`${credential?.user}:${credential?.password}`).toString("base64");
      const { status, body } = await client.send("POST", "/", { text, headers: { authorization: `Basic ${basic}` } });
      const answer = taken.safeParse(JSON.parse(body));
      if (status === 200 && answer.success) return { events: countEvents(file, text), ...answer.data };
      // A body that is no JSON at all is refused as a whole, and kept in quarantine as one.
      if (status === 400) return { events: 1, accepted: 0, duplicates: 0, quarantined: 1 };
      throw new Error(`The intake answered ${status} to ${file}: ${body.slice(0, 500)}`);
    },
    close: () => client.close(),
  };
}

function countEvents(file: string, text: string): number {
  return file.endsWith(".ndjson") ? text.split("\n").filter((line) => line.trim() !== "").length : 1;
}
