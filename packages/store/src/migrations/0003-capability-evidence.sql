ALTER TABLE endpoints ADD COLUMN edr_status integer;

-- Parts of a snapshot outlive the session that brought them, so that the agent goes on where it was acknowledged; another agent's
-- parts of the same version must not be mixed with them.
ALTER TABLE inventory_parts ADD COLUMN agent_id text NOT NULL DEFAULT '';

-- What a site last said that it can and will do.
CREATE TABLE site_readiness (
  tenant_id   text NOT NULL,
  site_id     text NOT NULL,
  received_at bigint NOT NULL,
  readiness   json NOT NULL,
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
) WITH (fillfactor = 50);

-- Who asked for what an action brought, and what came of it. Never changed after its answer, never removed.
CREATE TABLE evidence_requests (
  tenant_id    text NOT NULL,
  request_id   text NOT NULL,
  site_id      text NOT NULL,
  action_id    text NOT NULL,
  endpoint_id  text NOT NULL,
  want         text NOT NULL CHECK (want IN ('metadata', 'file')),
  item_id      text,
  requested_by text NOT NULL,
  requested_at bigint NOT NULL,
  state        text NOT NULL CHECK (state IN ('asked', 'answered', 'failed')),
  answered_at  bigint,
  items        json NOT NULL DEFAULT '[]',
  file_item    text,
  file_path    text,
  file_bytes   bigint,
  file_sha256  text,
  problem      json,
  PRIMARY KEY (tenant_id, request_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX evidence_by_action ON evidence_requests (tenant_id, action_id, requested_at DESC);
