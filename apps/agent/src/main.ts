import "./lean-start.ts";

// Not before: `lean-start` says how the rest is to be started. No top-level await: the packaged program is one CommonJS file.
void import("./cli.ts").then(async ({ runCli }) => {
  const exitCode = await runCli(process.argv.slice(2), {
    env: process.env,
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  });
  // Whatever still holds the loop (a socket in its last moments) must not keep the process after its work is done.
  process.exit(exitCode);
});
