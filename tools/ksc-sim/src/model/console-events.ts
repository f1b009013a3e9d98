import type { KscParams } from "./values.ts";

/** One event waiting for a subscriber. */
export interface ConsoleEvent {
  readonly type: string;
  readonly params: KscParams;
  readonly bornMs: number;
}

/** Told of every event; a session keeps what its subscriptions ask for. */
export type ConsoleEventListener = (event: ConsoleEvent) => void;

export interface ConsoleEventHub {
  publish(event: ConsoleEvent): void;
  /** Returns the function that ends listening. */
  listen(listener: ConsoleEventListener): () => void;
  /** Is anybody listening? Saves building events for nobody. */
  readonly heard: boolean;
}

export function createConsoleEventHub(): ConsoleEventHub {
  const listeners = new Set<ConsoleEventListener>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get heard() {
      return listeners.size > 0;
    },
  };
}
