import { spawn } from "node:child_process";
import { AppError } from "@cordon/core/kernel";

const COMMAND_MS_MAX = 10_000;
const ANSWER_BYTES_MAX = 65_536;

/** Runs a program without a shell and gives what it prints. Throws `signer.unavailable`. */
export function run(program: string, words: readonly string[], input: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["pipe", "pipe", "ignore"], timeout: COMMAND_MS_MAX });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fail = (why: string) => reject(new AppError("signer.unavailable", `the signing command ${why}`));
    child.on("error", (error: NodeJS.ErrnoException) => fail(`cannot be run (${error.code})`));
    // It may end without reading all of it.
    child.stdin.on("error", () => {});
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) child.kill("SIGKILL");
      else chunks.push(chunk);
    });
    child.on("close", (code) => {
      if (code === 0) resolve(new Uint8Array(Buffer.concat(chunks)));
      else fail(`ended with ${code ?? "a signal"}`);
    });
    child.stdin.end(input);
  });
}
