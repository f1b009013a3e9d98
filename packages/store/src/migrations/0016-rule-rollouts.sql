-- What people say of a site, by which the waves of a rollout choose it.
ALTER TABLE sites
  ADD COLUMN labels            text[] NOT NULL DEFAULT '{}',
  ADD COLUMN labels_changed_at bigint,
  ADD COLUMN labels_changed_by text;

CREATE TABLE rule_rollouts (
  rollout_id     text PRIMARY KEY,
  plan_hash      text NOT NULL,
  -- Waves, gates and what they lead to: never changed.
  policy         json NOT NULL,
  state          text NOT NULL CHECK (state IN ('running', 'paused', 'aborted', 'rolled_back', 'done')),
  wave           integer NOT NULL,
  wave_since     bigint NOT NULL,
  evidence_since bigint NOT NULL,
  soak_until     bigint NOT NULL,
  extended_ms    bigint NOT NULL,
  paused_for     text CHECK (paused_for IN ('person', 'gate', 'inconclusive')),
  -- The number of its last step: of two who decide at once one finds it changed.
  revision       integer NOT NULL,
  changed_at     bigint NOT NULL,
  -- When everything that the set ordered and that was not sent was called off, after a rollback.
  withdrawn_at   bigint,
  created_at     bigint NOT NULL,
  created_by     text NOT NULL,
  CHECK ((state = 'paused') = (paused_for IS NOT NULL))
);
CREATE INDEX rule_rollouts_by_time ON rule_rollouts (created_at DESC, rollout_id DESC);
CREATE INDEX rule_rollouts_at_work ON rule_rollouts (rollout_id)
  WHERE state = 'running' OR (state = 'rolled_back' AND withdrawn_at IS NULL);

CREATE TABLE rule_rollout_tenants (
  rollout_id   text NOT NULL REFERENCES rule_rollouts,
  tenant_id    text NOT NULL REFERENCES tenants,
  version      integer NOT NULL,
  -- What its sites ran before; NULL: nothing.
  from_version integer,
  -- Its sites may run two sets.
  is_open      boolean NOT NULL DEFAULT true,
  PRIMARY KEY (rollout_id, tenant_id),
  FOREIGN KEY (tenant_id, version) REFERENCES rule_sets,
  FOREIGN KEY (tenant_id, from_version) REFERENCES rule_sets (tenant_id, version)
);
-- Of two who start at once one wins; no event ever meets more than two sets.
CREATE UNIQUE INDEX rule_rollout_tenants_open ON rule_rollout_tenants (tenant_id) WHERE is_open;

CREATE TABLE rule_rollout_sites (
  rollout_id text NOT NULL,
  tenant_id  text NOT NULL,
  site_id    text NOT NULL,
  -- From 0; never changed.
  wave       integer NOT NULL,
  -- Since when it runs the new set, and until when it did before a rollback.
  since      bigint,
  until      bigint,
  PRIMARY KEY (rollout_id, tenant_id, site_id),
  FOREIGN KEY (rollout_id, tenant_id) REFERENCES rule_rollout_tenants,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX rule_rollout_sites_by_site ON rule_rollout_sites (tenant_id, site_id);

-- Who did what and why; never changed, never removed.
CREATE TABLE rule_rollout_steps (
  rollout_id text NOT NULL REFERENCES rule_rollouts,
  step_id    bigint GENERATED ALWAYS AS IDENTITY,
  -- What the rollout's revision became, or was.
  revision   integer NOT NULL,
  at         bigint NOT NULL,
  by         text NOT NULL,
  kind       text NOT NULL,
  state      text NOT NULL,
  wave       integer NOT NULL,
  reason     text NOT NULL,
  PRIMARY KEY (rollout_id, step_id)
);
