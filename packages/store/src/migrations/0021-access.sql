-- Roles somewhere, given to persons and groups or denied them. Never changed; one that was taken back stays, as what was.
CREATE TABLE access_grants (
  grant_id   text PRIMARY KEY,
  -- NULL: on all tenants, also those that come later.
  tenant_id  text REFERENCES tenants,
  -- NULL: all sites of the tenant, also those that come later.
  sites      json,
  to_kind    text NOT NULL CHECK (to_kind IN ('person', 'group')),
  to_name    text NOT NULL,
  effect     text NOT NULL CHECK (effect IN ('allow', 'deny')),
  role       text NOT NULL,
  -- NULL: actions of every class.
  classes    json,
  reason     text,
  granted_at bigint NOT NULL,
  granted_by text NOT NULL,
  removed_at bigint,
  removed_by text,
  CHECK (tenant_id IS NOT NULL OR sites IS NULL)
);
CREATE INDEX access_grants_by_name ON access_grants (to_kind, to_name) WHERE removed_at IS NULL;
CREATE INDEX access_grants_by_tenant ON access_grants (tenant_id, grant_id) WHERE removed_at IS NULL;

-- Cordon's own groups; those of a provider are in identities.
CREATE TABLE group_members (
  group_name text NOT NULL,
  person     text NOT NULL REFERENCES people,
  added_at   bigint NOT NULL,
  added_by   text NOT NULL,
  PRIMARY KEY (group_name, person)
);
CREATE INDEX group_members_by_person ON group_members (person);

-- For programs: each acts for the person who made it, and may do no more than its bounds and that person's grants both allow.
CREATE TABLE api_tokens (
  token_id       text PRIMARY KEY,
  -- SHA-256 of the token.
  token_hash     text NOT NULL UNIQUE,
  -- Its first characters, to find it again where it lies around.
  prefix         text NOT NULL,
  person         text NOT NULL REFERENCES people,
  label          text NOT NULL,
  bounds         json NOT NULL,
  made_at        bigint NOT NULL,
  expires_at     bigint NOT NULL,
  -- Noted once a minute at most.
  last_used_at   bigint,
  last_used_from text,
  revoked_at     bigint,
  revoked_by     text
) WITH (fillfactor = 80);
CREATE INDEX api_tokens_by_person ON api_tokens (person, made_at);

-- As whom the voter counted when he voted: his roles there, and his groups.
ALTER TABLE approval_votes ADD COLUMN standing json NOT NULL DEFAULT '[]';

-- Until now everybody who had a name might do everything; that stays as it was until somebody takes it back.
INSERT INTO access_grants (grant_id, to_kind, to_name, effect, role, reason, granted_at, granted_by)
SELECT 'grt_first-' || name, 'person', name, 'allow', 'platform-admin', 'as before roles', added_at, added_by
FROM people WHERE removed_at IS NULL AND token_hash IS NOT NULL;

-- Asked about by credential, before it is known for which tenant: the fleet's.
SELECT cordon_wall('access_grants', '', 'SELECT, INSERT, UPDATE (removed_at, removed_by)');
SELECT cordon_grant('group_members', '', 'SELECT, INSERT, DELETE');
SELECT cordon_grant('api_tokens', '', 'SELECT, INSERT, UPDATE (last_used_at, last_used_from, revoked_at, revoked_by)');
GRANT SELECT ON access_grants TO cordon_auditor;
