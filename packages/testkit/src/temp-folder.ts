import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { reapOnExit } from "./reap-on-exit.ts";

export interface TempFolder extends Disposable {
  readonly path: string;
  remove(): void;
}

/** A fresh folder, gone when disposed of (`using folder = createTempFolder()`) and at the latest when the process ends. */
export function createTempFolder(prefix = "cordon-test"): TempFolder {
  const folder = mkdtempSync(path.join(tmpdir(), `${prefix}-`));
  const erase = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const release = reapOnExit(erase);
  const remove = () => {
    erase();
    release();
  };
  return { path: folder, remove, [Symbol.dispose]: remove };
}
