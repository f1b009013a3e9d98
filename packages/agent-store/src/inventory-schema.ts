/** The copy's form. Another form is not upgraded: the file is made anew, at the price of one pass and one snapshot. */
export const INVENTORY_SCHEMA_VERSION = 1;

/**
 * `waits`: 0 the coordinator holds it so, 1 it is to be sent, 2 it is to be removed. `sent_as`: the delta that carries it.
 * `seen` holds the hosts of the pass under way by their row, which takes a megabyte where a mark on each host would rewrite all.
 */
export const INVENTORY_SCHEMA = `
CREATE TABLE hosts (
  id INTEGER PRIMARY KEY,
  endpoint_id TEXT NOT NULL UNIQUE,
  facts TEXT NOT NULL,
  last_seen INTEGER,
  waits INTEGER NOT NULL CHECK (waits IN (0, 1, 2)),
  sent_as INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX hosts_waiting ON hosts (id) WHERE waits > 0;
CREATE INDEX hosts_sent ON hosts (sent_as) WHERE sent_as > 0;

CREATE TABLE seen (host INTEGER PRIMARY KEY) STRICT;

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
