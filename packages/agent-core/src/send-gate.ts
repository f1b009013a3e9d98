import { type ActionClass, classRank } from "@cordon/core/action";

/**
 * The last step before KSC: as many at once as it has sessions for us, the highest class first [D7]. Intents are written
 * ahead of it, so that a session does not stand idle while the disk syncs the next one's.
 */
export interface SendGate {
  /** Sends when it is its turn. */
  pass<T>(actionClass: ActionClass, send: () => Promise<T>): Promise<T>;
}

export function createSendGate(sendsMax: number): SendGate {
  const waiting: { readonly rank: number; readonly open: () => void }[] = [];
  let sending = 0;

  function next(): void {
    if (sending >= sendsMax) return;
    const [first] = waiting;
    if (first === undefined) return;
    sending++;
    waiting.shift();
    first.open();
  }

  return {
    async pass(actionClass, send) {
      const rank = classRank(actionClass);
      await new Promise<void>((open) => {
        // Behind all of the same class. Few wait here: the runner bounds the attempts that are under way.
        const at = waiting.findIndex((other) => other.rank > rank);
        waiting.splice(at === -1 ? waiting.length : at, 0, { rank, open });
        next();
      });
      try {
        return await send();
      } finally {
        sending--;
        next();
      }
    },
  };
}
