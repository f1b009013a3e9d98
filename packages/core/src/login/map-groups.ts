/** A group's name here, with what the provider calls those who are in it. */
export type GroupMap = ReadonlyMap<string, readonly string[]>;

/** As in names of persons, so that a group can be told on a command line. */
export const GROUP_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** [I5] The names here of the provider's groups; what the map does not name is nothing here. Without a map: as the provider calls them. */
export function mapGroups(given: readonly string[], map: GroupMap | undefined): readonly string[] {
  if (map === undefined) return given;
  const held = new Set(given);
  return [...map].filter(([, theirs]) => theirs.some((name) => held.has(name))).map(([name]) => name);
}
