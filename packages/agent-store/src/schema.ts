/** The file's form; a file of another form is refused. */
export const SCHEMA_VERSION = 4;

/**
 * Entries and statuses are documents beside the few columns that are searched: their shape belongs to agent-core, and a new
 * field needs no new schema. `standing`: 2 open, 1 settled and takes a slot, 0 closed. `slot` is what an admission needs of a
 * settled entry; it lies in the index, so that the slots of one endpoint are read in one place and not all over the file.
 *
 * Entries lie in the order in which they came, not by their ids, which are random: those that are written together share pages then,
 * and a commit writes and syncs half as much.
 */
export const SCHEMA = `
CREATE TABLE entries (
  action_id TEXT PRIMARY KEY,
  endpoint_id TEXT NOT NULL,
  standing INTEGER NOT NULL CHECK (standing IN (0, 1, 2)),
  state TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  slot TEXT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX entries_slots ON entries (endpoint_id, slot) WHERE standing = 1;
CREATE INDEX entries_open ON entries (endpoint_id) WHERE standing = 2;
CREATE INDEX entries_ended ON entries (changed_at) WHERE standing < 2;

CREATE TABLE statuses (
  seq INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE occupancy (
  endpoint_id TEXT PRIMARY KEY,
  measured_at INTEGER NOT NULL,
  foreign_tasks TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * How many rows hold a document that cannot be read: what damage inside of a page leaves behind, which SQLite's own check does not
 * see. It names every column, so that a file with other tables fails at it.
 */
export const UNREADABLE_ROWS = `
SELECT
  (SELECT count(*) FROM entries WHERE NOT json_valid(body) OR NOT json_valid(coalesce(slot, '0'))
    OR json_type(body) <> 'object' OR typeof(action_id) || typeof(endpoint_id) || typeof(state) <> 'texttexttext'
    OR typeof(standing) || typeof(changed_at) || typeof(deadline) <> 'integerintegerinteger')
  + (SELECT count(*) FROM statuses WHERE NOT json_valid(body) OR typeof(seq) <> 'integer')
  + (SELECT count(*) FROM occupancy WHERE NOT json_valid(foreign_tasks) OR typeof(endpoint_id) || typeof(measured_at) <> 'textinteger')
  + (SELECT count(*) FROM meta WHERE NOT json_valid(value) OR typeof(key) <> 'text') AS n`;
