// First: it says how the rest is to be started.
import "./lean-start.ts";
import { runCli } from "./cli.ts";

// No top-level await: the packaged program is one CommonJS file.
void runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
}).then((exitCode) => {
  // Whatever still holds the loop (a socket in its last moments) must not keep the process after its work is done.
  process.exit(exitCode);
});
