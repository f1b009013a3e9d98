-- What a rule set would have done, with what it was computed on; and replays, that only answer.
CREATE TABLE plans (
  plan_id    text PRIMARY KEY,
  purpose    text NOT NULL CHECK (purpose IN ('plan', 'replay')),
  state      text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
  plan_hash  text,
  from_at    bigint NOT NULL,
  to_at      bigint NOT NULL,
  done       bigint NOT NULL,
  total      bigint NOT NULL,
  failure    text,
  report     json,
  created_at bigint NOT NULL,
  created_by text NOT NULL,
  ended_at   bigint,
  expires_at bigint NOT NULL,
  -- When the process that computes it last said so: after a crash nobody does.
  beat_at    bigint NOT NULL,
  CHECK ((state = 'running') = (ended_at IS NULL)),
  CHECK ((state = 'done') = (plan_hash IS NOT NULL)),
  CHECK ((state = 'done') = (report IS NOT NULL))
) WITH (fillfactor = 50);
CREATE INDEX plans_by_time ON plans (created_at DESC, plan_id DESC);
CREATE INDEX plans_by_hash ON plans (plan_hash) WHERE plan_hash IS NOT NULL;

CREATE TABLE plan_tenants (
  plan_id        text NOT NULL REFERENCES plans ON DELETE CASCADE,
  tenant_id      text NOT NULL REFERENCES tenants,
  active_version integer,
  active_hash    text,
  -- 0: files that were not published.
  draft_version  integer NOT NULL,
  draft_hash     text NOT NULL,
  world          json NOT NULL,
  is_running     boolean NOT NULL,
  PRIMARY KEY (plan_id, tenant_id)
);
-- One at a time per tenant, whoever asks and in whatever process.
CREATE UNIQUE INDEX plan_tenants_running ON plan_tenants (tenant_id) WHERE is_running;
CREATE INDEX plan_tenants_by_tenant ON plan_tenants (tenant_id, plan_id);
