import { runCli } from "./cli.ts";

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
// Whatever still holds the loop (a socket in its last moments) must not keep the process after its work is done.
process.exit(exitCode);
