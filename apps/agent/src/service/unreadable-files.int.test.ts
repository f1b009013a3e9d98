import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createTempFolder } from "@cordon/testkit";
import { expect, it } from "vitest";
import { unreadableFiles } from "./unreadable-files.ts";

it("what the service's own user could not read is named before the installation, with the mend", () => {
  using temp = createTempFolder();
  chmodSync(temp.path, 0o755);
  const folder = path.join(temp.path, "etc");
  const file = path.join(folder, "agent.yaml");
  mkdirSync(folder, { mode: 0o755 });
  writeFileSync(file, "", { mode: 0o644 });
  expect(unreadableFiles([file, undefined], "cordon-agent")).toEqual([]);
  chmodSync(file, 0o600);
  expect(unreadableFiles([file], "cordon-agent")).toEqual([`cordon-agent cannot read ${file}; run: chmod o+r ${file}`]);
  chmodSync(file, 0o644);
  chmodSync(folder, 0o700);
  expect(unreadableFiles([file], "cordon-agent")).toEqual([
    `cordon-agent cannot reach ${file}; run: chmod o+x ${folder}`,
  ]);
  expect(unreadableFiles([`${file}.not`], "cordon-agent")).toEqual([`${file}.not is not there`]);
});
