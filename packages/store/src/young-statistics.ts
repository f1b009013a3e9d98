import type { Database } from "./database.ts";

/**
 * Actions that this process has written when the server is told to look at the tables again. Beyond the last the server's own
 * rounds are soon enough.
 */
const LOOK_AT = [64, 256, 1_024, 4_096, 16_384];
const TABLES = "'actions', 'action_timeline', 'decisions', 'events', 'event_keys'";

/**
 * Keeps the server's statistics up with a young record. Prepared statements keep their plan, and one that was made while the
 * server knew nothing of a table reads a tenant's whole history for each step; the server looks by itself only once a
 * minute, and the first storm of a new installation would be over by then.
 */
export function createYoungStatistics(database: Database): { grew(actions: number): void } {
  let written = 0;
  let looks = 0;
  let looking = false;

  const look = async (): Promise<void> => {
    looking = true;
    // Only slower without: what it fails for, the next statement meets, too.
    await database.asFleet.query(`SELECT cordon_analyze(${TABLES})`).catch(() => {});
    looking = false;
  };

  return {
    grew(actions) {
      written += actions;
      if (looking || written < (LOOK_AT[looks] ?? Number.POSITIVE_INFINITY)) return;
      while (written >= (LOOK_AT[looks] ?? Number.POSITIVE_INFINITY)) looks++;
      void look();
    },
  };
}
