import type { PeopleStore, Person } from "@cordon/coordinator-core";
import type { EpochMs } from "@cordon/core/kernel";
import type { Database } from "./database.ts";

interface PersonRow {
  readonly name: string;
  readonly addedAt: EpochMs;
  readonly addedBy: string;
  readonly removed_at: EpochMs | null;
  readonly removed_by: string | null;
  readonly signIn: NonNullable<Person["signIn"]> | null;
}

export function createPeopleStore(database: Database): PeopleStore {
  return {
    async addPerson({ name, addedAt, addedBy }, tokenHash) {
      const rows = await database.asFleet.query(
        "INSERT INTO people (name, token_hash, added_at, added_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING name",
        [name, tokenHash, addedAt, addedBy],
      );
      return rows.length === 1;
    },
    async listPeople() {
      const rows = await database.asFleet.query<PersonRow>(
        `SELECT p.name, p.added_at AS "addedAt", p.added_by AS "addedBy", p.removed_at, p.removed_by,
           CASE WHEN i.name IS NOT NULL THEN json_build_object('issuer', i.issuer, 'subject', i.subject,
             'displayName', i.display_name, 'groups', i.groups, 'lastAt', i.last_login_at) END AS "signIn"
         FROM people p LEFT JOIN identities i USING (name) ORDER BY p.name`,
      );
      return rows.map(
        ({ removed_at, removed_by, signIn, ...person }): Person => ({
          ...person,
          ...(signIn === null ? {} : { signIn }),
          ...(removed_at === null ? {} : { removed: { at: removed_at, by: removed_by ?? "" } }),
        }),
      );
    },
    async removePerson(name, { at, by }) {
      const rows = await database.asFleet.query(
        "UPDATE people SET removed_at = $2, removed_by = $3 WHERE name = $1 AND removed_at IS NULL RETURNING name",
        [name, at, by],
      );
      return rows.length === 1;
    },
    async nameOf(tokenHash) {
      const [row] = await database.asFleet.query<{ name: string }>(
        "SELECT name FROM people WHERE token_hash = $1 AND removed_at IS NULL",
        [tokenHash],
        "person_of_token",
      );
      return row?.name;
    },
  };
}
