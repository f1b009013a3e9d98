import { readFileSync } from "node:fs";
import { WebSocket } from "ws";

/** The peer of the idle agent: nothing but the WebSocket that an agent opens, with the same certificates. */
const [, , url = "", key = "", cert = "", ca = ""] = process.argv;
const socket = new WebSocket(url, {
  key: readFileSync(key),
  cert: readFileSync(cert),
  ca: readFileSync(ca),
  minVersion: "TLSv1.3",
  perMessageDeflate: false,
});
socket.on("message", () => {});
socket.on("error", (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
