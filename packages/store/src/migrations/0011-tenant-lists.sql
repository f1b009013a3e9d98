-- What rules ask about beside the event. A name that is given again after its list was deleted is another list.
CREATE TABLE lists (
  list_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   text NOT NULL REFERENCES tenants,
  name        text NOT NULL,
  -- Kind, key, columns, description and term.
  definition  json NOT NULL,
  -- Rises with every change; whoever has the list in memory sees by it that there is something new.
  revision    bigint NOT NULL,
  -- The last revision in which entries lost a column.
  reshaped_at bigint NOT NULL,
  entries     integer NOT NULL,
  bytes       bigint NOT NULL,
  created_at  bigint NOT NULL,
  created_by  text NOT NULL,
  changed_at  bigint NOT NULL,
  changed_by  text NOT NULL,
  deleted     boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX lists_by_name ON lists (tenant_id, name) WHERE NOT deleted;
CREATE INDEX lists_of_name ON lists (tenant_id, name);

-- Written only while the list's row is locked, so its presence need not be looked up again for each of a million rows.
CREATE TABLE list_entries (
  tenant_id  text NOT NULL,
  list_id    bigint NOT NULL,
  -- Its parts with U+001F between them.
  key        text COLLATE "C" NOT NULL,
  cells      jsonb NOT NULL,
  expires_at bigint,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL,
  PRIMARY KEY (list_id, key)
);
CREATE INDEX list_entries_by_end ON list_entries (expires_at) WHERE expires_at IS NOT NULL;

-- Who changed a list, when and how: never changed, never removed.
CREATE TABLE list_revisions (
  tenant_id  text NOT NULL,
  list_id    bigint NOT NULL REFERENCES lists,
  revision   bigint NOT NULL,
  at         bigint NOT NULL,
  by         text NOT NULL,
  reason     text,
  kind       text NOT NULL,
  added      integer NOT NULL,
  replaced   integer NOT NULL,
  removed    integer NOT NULL,
  definition json,
  PRIMARY KEY (list_id, revision)
);

-- What became of each entry; by it, too, other processes bring their memory up to date.
CREATE TABLE list_entry_revisions (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL,
  list_id   bigint NOT NULL,
  revision  bigint NOT NULL,
  at        bigint NOT NULL,
  by        text NOT NULL,
  key       text COLLATE "C" NOT NULL,
  -- {cells, expiresAt}; NULL: it was not there, it is gone.
  before    jsonb,
  after     jsonb
);
CREATE INDEX list_entry_revisions_in_order ON list_entry_revisions (list_id, revision, change_id);
CREATE INDEX list_entry_revisions_by_key ON list_entry_revisions (list_id, key, change_id);

-- What the rules of a set ask of lists: such a list is neither removed nor reshaped while they are in use.
ALTER TABLE rule_sets ADD COLUMN list_needs json NOT NULL DEFAULT '[]';
