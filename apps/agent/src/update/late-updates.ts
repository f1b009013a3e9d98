import type { Updates } from "./updates.ts";

/** Updates that are still being loaded: what they are told meanwhile they hear in order. Whoever loads them hears of a failure. */
export function lateUpdates(updates: Promise<Updates>): Updates {
  const tell = (what: (updates: Updates) => void) => void updates.then(what, () => {});
  return {
    sessionUp: () => tell((told) => told.sessionUp()),
    sessionDown: () => tell((told) => told.sessionDown()),
    offered: (offer) => tell((told) => told.offered(offer)),
    stop: () => tell((told) => told.stop()),
  };
}
