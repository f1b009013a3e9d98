-- Isolations as their sites keep them up: the coordinator's own end, the agent's and the endpoint's side by side.
CREATE TABLE leases (
  tenant_id           text NOT NULL,
  action_id           text NOT NULL,
  site_id             text NOT NULL,
  endpoint_id         text NOT NULL,
  endpoint_name       text NOT NULL,
  state               text NOT NULL,
  wanted_until        bigint NOT NULL,
  -- By the coordinator's record and clock; absent before the success.
  coordinator_ends_at bigint,
  agent_ends_at       bigint,
  -- By KSC's clock.
  endpoint_ends_at    bigint,
  renewals            integer NOT NULL,
  renewals_max        integer NOT NULL,
  next_renewal_at     bigint,
  heard               text NOT NULL,
  problem             text,
  since               bigint NOT NULL,
  reported_at         bigint NOT NULL,
  -- Why the three do not agree.
  mismatch            text,
  mismatch_since      bigint,
  -- It is overdue when this is past and nothing was told since; absent when nothing more is to come.
  due_at              bigint,
  PRIMARY KEY (tenant_id, action_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
) WITH (fillfactor = 70);
CREATE INDEX leases_by_time ON leases (tenant_id, since DESC, action_id DESC);
CREATE INDEX leases_mismatched ON leases (tenant_id, since DESC, action_id DESC) WHERE mismatch IS NOT NULL;
CREATE INDEX leases_due ON leases (due_at) WHERE due_at IS NOT NULL AND mismatch IS NULL;

-- Who asked for the end of an isolation, and what its site answered. The action's timeline keeps every time it was asked for.
CREATE TABLE lease_releases (
  tenant_id        text NOT NULL,
  action_id        text NOT NULL,
  site_id          text NOT NULL,
  asked_at         bigint NOT NULL,
  asked_by         text NOT NULL,
  reason           text NOT NULL,
  -- Absent while the site is to be asked.
  answered_at      bigint,
  outcome          text,
  endpoint_ends_at bigint,
  steps            text,
  PRIMARY KEY (tenant_id, action_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX lease_releases_unanswered ON lease_releases (asked_at) WHERE answered_at IS NULL;
