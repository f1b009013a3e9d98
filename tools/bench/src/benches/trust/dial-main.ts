import { connect } from "node:tls";
import { decodeFrame, TO_AGENT_BYTES_MAX } from "@cordon/protocol";
import { WebSocket } from "ws";
import { DIALS_AT_ONCE, type Dialled, type DialOrder } from "./dial-process.ts";

/** The agents' side in a process of its own, the same for both servers: dials, says one message, waits for one, stays connected. */
const open: WebSocket[] = [];

process.on("message", (order: DialOrder | "hangUp" | "end") => {
  if (order === "end") process.disconnect();
  else if (order === "hangUp") {
    for (const socket of open.splice(0)) socket.terminate();
    say("hungUp");
  } else void dialAll(order).then(say, (error: Error) => say({ failed: error.message }));
});

const say = (said: Dialled): void => void process.send?.(said);

async function dialAll(order: DialOrder): Promise<Dialled> {
  let left = order.count;
  const begin = performance.now();
  const dialOn = async () => {
    while (left-- > 0) await dial(order);
  };
  await Promise.all(Array.from({ length: DIALS_AT_ONCE }, dialOn));
  return { perSecond: (order.count * 1_000) / (performance.now() - begin) };
}

function dial({ port, path, says, kind, ca, cert, key }: DialOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`wss://127.0.0.1:${port}${path}`, {
      perMessageDeflate: false,
      createConnection: () => connect({ host: "127.0.0.1", port, ca, cert, key, minVersion: "TLSv1.3" }),
    });
    open.push(socket);
    socket.on("error", reject);
    socket.once("close", (code) => reject(new Error(`hung up with ${code}`)));
    socket.once("open", () => socket.send(Buffer.from(says, "base64")));
    socket.once("message", (heard: Buffer) => {
      const first = kind === "session" ? decodeFrame(heard, TO_AGENT_BYTES_MAX).body.kind : "welcome";
      if (first === "welcome") resolve();
      else reject(new Error(`the gateway began with ${first}`));
    });
  });
}
