import { connect } from "node:net";

/** What one Redis command may take; only reached when the server hangs. */
const COMMAND_TIMEOUT_MS = 10_000;

/**
 * One command on its own connection, for tests that must look at a server from outside of the client under test. Knows the
 * replies that are one value: simple string, error, integer, bulk string.
 */
export function redisCommand(socketPath: string, args: readonly string[]): Promise<string> {
  const frame = `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath });
    const chunks: Buffer[] = [];
    const finish = (act: () => void) => {
      socket.destroy();
      act();
    };
    socket.setTimeout(COMMAND_TIMEOUT_MS, () => finish(() => reject(new Error(`Redis did not answer ${args[0]}.`))));
    socket.once("error", (error) => finish(() => reject(error)));
    socket.once("close", () => reject(new Error(`Redis closed the connection during ${args[0]}.`)));
    socket.on("data", (bytes) => {
      chunks.push(bytes);
      const reply = parseReply(Buffer.concat(chunks));
      if (reply === undefined) return;
      finish(() => (reply.error ? reject(new Error(reply.text)) : resolve(reply.text)));
    });
    socket.write(frame);
  });
}

function parseReply(bytes: Buffer): { readonly text: string; readonly error?: true } | undefined {
  const end = bytes.indexOf("\r\n");
  if (end < 0) return undefined;
  const head = bytes.toString("utf8", 1, end);
  switch (String.fromCharCode(bytes[0] ?? 0)) {
    case "+":
    case ":":
      return { text: head };
    case "-":
      return { text: head, error: true };
    case "$": {
      const length = Number(head);
      if (length < 0) return { text: "" };
      if (bytes.length < end + 2 + length + 2) return undefined;
      return { text: bytes.toString("utf8", end + 2, end + 2 + length) };
    }
    default:
      return { text: `Not a one-value reply: ${head}`, error: true };
  }
}
