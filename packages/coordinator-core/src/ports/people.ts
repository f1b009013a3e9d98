import type { EpochMs } from "@cordon/core/kernel";

/** Somebody who uses the admin API under an own name. */
export interface Person {
  readonly name: string;
  readonly addedAt: EpochMs;
  readonly addedBy: string;
  /** Present: the person signs in with an OpenID provider; as it told at the last login. */
  readonly signIn?: {
    readonly issuer: string;
    readonly subject: string;
    readonly displayName: string;
    readonly groups: readonly string[];
    readonly lastAt: EpochMs;
  };
  /** Present: the token is worth nothing any more. */
  readonly removed?: { readonly at: EpochMs; readonly by: string };
}

export interface PeopleStore {
  /** False: there is, or was, somebody of this name. */
  addPerson(person: Person, tokenHash: string): Promise<boolean>;
  /** In order of their names, with those that were removed. */
  listPeople(): Promise<readonly Person[]>;
  /** False: there is nobody of this name, or not any more. */
  removePerson(name: string, removed: { readonly at: EpochMs; readonly by: string }): Promise<boolean>;
  /** Whose token has this hash; undefined: nobody's, or of somebody who was removed. */
  nameOf(tokenHash: string): Promise<string | undefined>;
}
