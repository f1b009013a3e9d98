-- Releases of the agent, how they go over the fleet, and who runs what. Releases and rollouts are the provider's: no tenant.

CREATE TABLE releases (
  version       text PRIMARY KEY,
  -- The very bytes that were signed.
  manifest      bytea NOT NULL,
  signature     text NOT NULL,
  key_id        text NOT NULL,
  registered_at bigint NOT NULL,
  registered_by text NOT NULL
);

CREATE TABLE rollouts (
  rollout_id text PRIMARY KEY,
  version    text NOT NULL REFERENCES releases,
  -- [{sites, share, soakMs}]
  rings      json NOT NULL,
  seed       text NOT NULL,
  state      text NOT NULL CHECK (state IN ('running', 'paused', 'aborted', 'done')),
  ring       integer NOT NULL,
  ring_since bigint NOT NULL,
  tolerated  integer NOT NULL,
  reason     text,
  revision   integer NOT NULL,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
);
CREATE INDEX rollouts_by_time ON rollouts (created_at DESC, rollout_id);
-- One at a time: two releases on their way would each count the other's agents.
CREATE UNIQUE INDEX rollouts_one_open ON rollouts ((true)) WHERE state IN ('running', 'paused');

CREATE TABLE agent_versions (
  agent_id  text PRIMARY KEY REFERENCES agents,
  running   text NOT NULL,
  connected boolean NOT NULL,
  seen_at   bigint NOT NULL,
  -- What its last report said of the agent itself; absent before the first.
  target    text,
  ring      integer,
  is_off    boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70);

CREATE TABLE agent_update_reports (
  agent_id    text NOT NULL REFERENCES agents,
  version     text NOT NULL,
  state       text NOT NULL,
  problem     json,
  -- Since when it stands like that.
  reported_at bigint NOT NULL,
  PRIMARY KEY (agent_id, version)
);
