/** What lists may cost: an entry in use is in the memory of every coordinator process. */
export const LIST_LIMITS = {
  /** Of a tenant. */
  listsMax: 200,
  /** Of one list, expired ones that are not yet removed included. */
  entriesMax: 1_000_000,
  tenantEntriesMax: 2_000_000,
  /** UTF-8 bytes of keys and cells; in memory they take two to four times as much. */
  tenantBytesMax: 256 * 1_048_576,
  /** Of all tenants together: what one process must be able to hold. */
  allEntriesMax: 5_000_000,
  allBytesMax: 768 * 1_048_576,
  nameCharsMax: 200,
  descriptionCharsMax: 1_000,
  keyPartsMax: 5,
  /** Of all parts together: with four bytes each it still fits an index of Postgres (2,704 bytes). */
  keyCharsMax: 500,
  columnsMax: 20,
  cellCharsMax: 4_096,
  cellElementsMax: 100,
  /** An entry has to be in memory before it ends. */
  expireAfterMsMin: 60_000,
  expireAfterMsMax: 3_650 * 86_400_000,
  /** Of one change that is no import. */
  changeEntriesMax: 1_000,
  importBytesMax: 64 * 1_048_576,
  lineCharsMax: 131_072,
  /** Nobody mends more at once; the rest shows up in the next run. */
  problemsMax: 100,
} as const;
