import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { joinParts } from "./join-parts.ts";

/** Runs the joined text as Node would a CommonJS file; what it requires of Node is told in `required`. */
function run(text: string): { readonly told: Record<string, unknown>; readonly required: string[] } {
  const told: Record<string, unknown> = {};
  const required: string[] = [];
  const node = createRequire(import.meta.url);
  const tell = (name: string) => {
    if (name === "told") return told;
    required.push(name);
    return node(name);
  };
  new Function("require", text)(tell);
  return { told, required };
}

it("a late part is run when it is asked for, once, whatever its text holds", () => {
  const main = 'const late = () => require("./late.js"); require("told").late = late;';
  const late =
    'module.exports = { runs: (globalThis.lateRuns = (globalThis.lateRuns ?? 0) + 1), text: "a /* b */ c" };';
  const { told } = run(
    joinParts(
      "./main.js",
      [
        { name: "./main.js", text: main, atStart: true },
        { name: "./late.js", text: late, atStart: false },
      ],
      { lateBuiltins: [] },
    ),
  );
  const ask = told.late as () => { runs: number; text: string };
  expect(Reflect.get(globalThis, "lateRuns")).toBeUndefined();
  expect(ask()).toEqual({ runs: 1, text: "a /* b */ c" });
  expect(ask()).toBe(ask());
  Reflect.deleteProperty(globalThis, "lateRuns");
});

it("a late module of Node is loaded with the first use of a member; others where they are required", () => {
  const main =
    'const tty = require("node:tty"); require("path"); const told = require("told"); told.isatty = () => tty.isatty(-1);';
  const { told, required } = run(
    joinParts("./main.js", [{ name: "./main.js", text: main, atStart: true }], { lateBuiltins: ["tty"] }),
  );
  expect(required).toEqual(["node:vm", "node:zlib", "path"]);
  expect((told.isatty as () => boolean)()).toBe(false);
  expect(required).toEqual(["node:vm", "node:zlib", "path", "node:tty"]);
});
