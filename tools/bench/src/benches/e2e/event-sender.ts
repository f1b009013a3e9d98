import { Agent, request } from "node:https";

export interface EventSender {
  /** Resolves when the event was answered with 200; anything else is a failure of the bench. */
  post(body: string): Promise<void>;
  close(): void;
}

/** Posts events over so many kept-alive connections, one event each, as KUMA's HTTP destination does without a buffer. */
export function createEventSender(options: {
  readonly url: string;
  readonly ca: string;
  readonly connections: number;
  readonly authorization?: string;
}): EventSender {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections, ca: options.ca });
  const { hostname, port } = new URL(options.url);
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const headers = {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
        };
        const call = request({ agent, hostname, port, method: "POST", path: "/", headers }, (answer) => {
          answer.resume();
          answer.once("error", reject);
          answer.once("end", () =>
            answer.statusCode === 200 ? resolve() : reject(new Error(`an event was answered ${answer.statusCode}`)),
          );
        });
        call.once("error", reject);
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}

/** Posts all bodies, as many at once as there are connections. */
export async function postAll(sender: EventSender, bodies: readonly string[], connections: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await sender.post(body);
  };
  await Promise.all(Array.from({ length: connections }, work));
}
