import type { Clock, Logger, Random } from "@cordon/core/kernel";
import { hashOfToken } from "../access/token-hash.ts";
import type { PeopleStore, Person } from "../ports/people.ts";

/** Who uses the admin API under an own name: approvals and changes that need two persons tell people apart by it. */
export interface People {
  /** The token is shown here and never again; undefined: the name is, or was, somebody's. */
  add(name: string, by: string): Promise<{ readonly person: Person; readonly token: string } | undefined>;
  list(): Promise<readonly Person[]>;
  /** False: there is nobody of this name. */
  remove(name: string, by: string): Promise<boolean>;
}

/** Of everybody who has the coordinator's own token; no person may be called so. */
export const ADMIN_NAME = "admin";

const TOKEN_BYTES = 32;

export function createPeople(deps: {
  readonly store: PeopleStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}): People {
  const { store, clock, random, logger } = deps;
  return {
    async add(name, by) {
      if (name === ADMIN_NAME) return undefined;
      const token = `cordon-person-${Buffer.from(random.bytes(TOKEN_BYTES)).toString("base64url")}`;
      const person = { name, addedAt: clock.now(), addedBy: by };
      if (!(await store.addPerson(person, hashOfToken(token)))) return undefined;
      logger.warn("people.add", { name, by });
      return { person, token };
    },
    list: () => store.listPeople(),
    async remove(name, by) {
      const removed = await store.removePerson(name, { at: clock.now(), by });
      if (removed) logger.warn("people.remove", { name, by });
      return removed;
    },
  };
}
