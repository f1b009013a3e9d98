import type { DatabaseSync } from "node:sqlite";

/**
 * The reads of one turn of the event loop in one transaction: a lookup then costs an eighth of what it costs alone, most of
 * which is SQLite finding out whether someone wrote meanwhile. `end` before anything is written, and before anyone is told that
 * something was: the next read must see it.
 */
export interface ReadTurn {
  begin(): void;
  end(): void;
}

export function createReadTurn(db: DatabaseSync): ReadTurn {
  const beginning = db.prepare("BEGIN");
  const ending = db.prepare("COMMIT");
  let isOpen = false;
  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    if (db.isOpen) ending.run();
  }
  return {
    begin() {
      if (isOpen) return;
      beginning.run();
      isOpen = true;
      setImmediate(end);
    },
    end,
  };
}
