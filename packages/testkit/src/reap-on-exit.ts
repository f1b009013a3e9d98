/**
 * What must not outlive this process even when a test crashes it: child processes and temporary folders. Each is undone
 * by its owner; this is only the net below.
 */
const undoers = new Set<() => void>();

const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `undo` must be synchronous: it runs in the process's last moment. Returns what takes it out again. */
export function reapOnExit(undo: () => void): () => void {
  if (undoers.size === 0) listen();
  undoers.add(undo);
  return () => {
    undoers.delete(undo);
    if (undoers.size === 0) unlisten();
  };
}

function listen(): void {
  process.once("exit", undoAll);
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
}

function unlisten(): void {
  process.off("exit", undoAll);
  for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
}

/** A signal that nobody handles ends a process without "exit". A program with a handler of its own decides for itself. */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  undoAll();
  unlisten();
  process.kill(process.pid, signal);
}

function undoAll(): void {
  // Last made, first undone: a server ends before its folder goes.
  for (const undo of [...undoers].reverse()) undo();
}
