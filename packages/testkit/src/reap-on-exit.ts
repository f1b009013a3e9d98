/**
 * What must not outlive this process even when a test crashes it: child processes and temporary folders. Each is undone
 * by its owner; this is only the net below.
 */
const undoers = new Set<() => void>();

/** `undo` must be synchronous: it runs in the process's last moment. Returns what takes it out again. */
export function reapOnExit(undo: () => void): () => void {
  if (undoers.size === 0) process.once("exit", undoAll);
  undoers.add(undo);
  return () => {
    undoers.delete(undo);
    if (undoers.size === 0) process.off("exit", undoAll);
  };
}

function undoAll(): void {
  // Last made, first undone: a server ends before its folder goes.
  for (const undo of [...undoers].reverse()) undo();
}
