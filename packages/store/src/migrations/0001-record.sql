-- The record. Times are epoch milliseconds; every table names its tenant first.

CREATE TABLE tenants (
  tenant_id  text PRIMARY KEY,
  name       text NOT NULL,
  created_at bigint NOT NULL
);

CREATE TABLE sites (
  tenant_id  text NOT NULL REFERENCES tenants,
  site_id    text NOT NULL,
  name       text NOT NULL,
  -- Lower case: names of KSC servers and the like by which events hint at the site.
  aliases    text[] NOT NULL DEFAULT '{}',
  created_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, site_id)
);

CREATE TABLE agents (
  agent_id                text PRIMARY KEY,
  tenant_id               text NOT NULL,
  site_id                 text NOT NULL,
  certificate_fingerprint text NOT NULL UNIQUE,
  enrolled_at             bigint NOT NULL,
  revoked_at              bigint,
  -- Statuses of this agent's ledger up to here are stored.
  status_cursor           bigint NOT NULL DEFAULT 0,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX agents_by_site ON agents (tenant_id, site_id);

CREATE TABLE enrolment_tokens (
  token_id   text PRIMARY KEY,
  token_hash text NOT NULL UNIQUE,
  tenant_id  text NOT NULL,
  site_id    text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  used_at    bigint,
  agent_id   text REFERENCES agents,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX enrolment_tokens_by_site ON enrolment_tokens (tenant_id, site_id);

CREATE TABLE intake_credentials (
  credential_id text PRIMARY KEY,
  tenant_id     text NOT NULL REFERENCES tenants,
  kind          text NOT NULL CHECK (kind IN ('basic', 'secretPath', 'clientCertificate')),
  -- What the sender is found by: user name, hash of the path segment, certificate fingerprint.
  lookup        text NOT NULL,
  password_hash text,
  created_at    bigint NOT NULL,
  UNIQUE (kind, lookup),
  CHECK ((kind = 'basic') = (password_hash IS NOT NULL))
);
CREATE INDEX intake_credentials_by_tenant ON intake_credentials (tenant_id);

CREATE TABLE rule_sets (
  tenant_id    text NOT NULL REFERENCES tenants,
  version      integer NOT NULL,
  content_hash text NOT NULL,
  -- [{name, text}]
  files        json NOT NULL,
  published_at bigint NOT NULL,
  published_by text NOT NULL,
  PRIMARY KEY (tenant_id, version),
  UNIQUE (tenant_id, content_hash)
);

CREATE TABLE rule_set_activations (
  activation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id     text NOT NULL,
  version       integer NOT NULL,
  activated_at  bigint NOT NULL,
  activated_by  text NOT NULL,
  FOREIGN KEY (tenant_id, version) REFERENCES rule_sets
);
CREATE INDEX rule_set_activations_by_tenant ON rule_set_activations (tenant_id, activation_id);

CREATE TABLE active_rule_sets (
  tenant_id text PRIMARY KEY REFERENCES tenants,
  version   integer NOT NULL,
  FOREIGN KEY (tenant_id, version) REFERENCES rule_sets
);

-- Events, decisions, actions and timelines come in by the thousand, each with its parent in the same statement: tenant and
-- site are checked once per statement, and foreign keys would only look each row up again.
CREATE TABLE events (
  tenant_id   text NOT NULL,
  event_id    text NOT NULL,
  name        text NOT NULL,
  "timestamp" bigint NOT NULL,
  received_at bigint NOT NULL,
  fields      json NOT NULL,
  PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX events_by_time ON events (tenant_id, received_at DESC, event_id DESC);

CREATE TABLE quarantine (
  quarantine_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id     text NOT NULL,
  code          text NOT NULL,
  message       text NOT NULL,
  -- Bytes: what a sender sends may be no text at all.
  raw           bytea NOT NULL,
  truncated     boolean NOT NULL,
  received_at   bigint NOT NULL,
  replayed_at   bigint
);
CREATE INDEX quarantine_by_tenant ON quarantine (tenant_id, quarantine_id DESC);

CREATE TABLE decisions (
  tenant_id        text NOT NULL,
  decision_id      text NOT NULL,
  event_id         text NOT NULL,
  rule_id          text NOT NULL,
  rule_set_version integer NOT NULL,
  verdict          text NOT NULL,
  action_kind      text NOT NULL,
  code             text NOT NULL,
  reason           text NOT NULL,
  site_id          text,
  endpoint_id      text,
  endpoint_name    text,
  action_id        text,
  decided_at       bigint NOT NULL,
  detail           json NOT NULL,
  PRIMARY KEY (tenant_id, decision_id)
);
CREATE INDEX decisions_by_time ON decisions (tenant_id, decided_at DESC, decision_id DESC);
CREATE INDEX decisions_by_event ON decisions (tenant_id, event_id);
CREATE INDEX decisions_by_endpoint ON decisions (tenant_id, endpoint_id, decided_at DESC, decision_id DESC) WHERE endpoint_id IS NOT NULL;
-- Cool-downs: when did this rule last ask for this on this endpoint?
CREATE INDEX decisions_by_act ON decisions (tenant_id, endpoint_id, rule_id, action_kind, site_id, decided_at) WHERE verdict IN ('act', 'observe', 'merge');

CREATE TABLE actions (
  tenant_id        text NOT NULL,
  action_id        text NOT NULL,
  site_id          text NOT NULL,
  endpoint_id      text NOT NULL,
  endpoint_name    text NOT NULL,
  kind             text NOT NULL,
  action_class     text NOT NULL,
  spec             json NOT NULL,
  decision_id      text NOT NULL,
  event_id         text NOT NULL,
  rule_id          text NOT NULL,
  rule_set_version integer NOT NULL,
  created_at       bigint NOT NULL,
  deadline         bigint NOT NULL,
  state            text NOT NULL,
  state_at         bigint NOT NULL,
  last_status_seq  bigint,
  detail           json,
  -- No index names `state` itself: then a step that leaves these two as they are touches the row alone, and no index.
  is_queued        boolean NOT NULL GENERATED ALWAYS AS (state = 'queued') STORED,
  is_unsent        boolean NOT NULL GENERATED ALWAYS AS (state IN ('held', 'queued')) STORED,
  PRIMARY KEY (tenant_id, action_id)
) WITH (fillfactor = 80);
CREATE INDEX actions_by_time ON actions (tenant_id, created_at DESC, action_id DESC);
CREATE INDEX actions_by_endpoint ON actions (tenant_id, endpoint_id, created_at DESC, action_id DESC);
-- The sweep's: small, for an action is queued only for moments or while its site is offline.
CREATE INDEX actions_queued ON actions (tenant_id, site_id, action_id) INCLUDE (action_class, created_at) WHERE is_queued;
CREATE INDEX actions_overdue ON actions (deadline) WHERE is_unsent;

CREATE TABLE action_timeline (
  entry_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   text NOT NULL,
  action_id   text NOT NULL,
  at          bigint NOT NULL,
  recorded_at bigint NOT NULL,
  source      text NOT NULL,
  state       text NOT NULL,
  outcome     text NOT NULL,
  status_seq  bigint,
  detail      json,
  actor       text
);
CREATE INDEX action_timeline_by_action ON action_timeline (tenant_id, action_id, entry_id);

-- Statuses of actions that the record does not know: kept, because an agent acts on nothing that was not ordered.
CREATE TABLE stray_statuses (
  entry_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   text NOT NULL,
  site_id     text NOT NULL,
  agent_id    text NOT NULL REFERENCES agents,
  seq         bigint NOT NULL,
  action_id   text NOT NULL,
  state       text NOT NULL,
  at          bigint NOT NULL,
  recorded_at bigint NOT NULL,
  detail      json NOT NULL,
  UNIQUE (agent_id, seq)
);

CREATE TABLE site_sessions (
  tenant_id          text NOT NULL,
  site_id            text NOT NULL,
  epoch              bigint NOT NULL DEFAULT 0,
  connected          boolean NOT NULL DEFAULT false,
  agent_id           text REFERENCES agents,
  agent_version      text,
  connected_since    bigint,
  last_seen_at       bigint,
  inventory_version  bigint NOT NULL DEFAULT 0,
  service_console    text NOT NULL DEFAULT 'unknown',
  ledger_endpoints   integer NOT NULL DEFAULT 0,
  ledger_open        integer NOT NULL DEFAULT 0,
  ledger_deferred    integer NOT NULL DEFAULT 0,
  ksc_problem        json,
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
) WITH (fillfactor = 50);

CREATE TABLE endpoints (
  tenant_id     text NOT NULL,
  site_id       text NOT NULL,
  endpoint_id   text NOT NULL,
  instance_id   text,
  display_name  text NOT NULL,
  fqdn          text,
  host_name     text,
  addresses     text[] NOT NULL,
  group_id      integer,
  group_name    text,
  kes_version   text,
  agent_version text,
  os_name       text,
  status_mask   bigint NOT NULL,
  last_seen_at  bigint,
  PRIMARY KEY (tenant_id, site_id, endpoint_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX endpoints_by_id ON endpoints (tenant_id, lower(endpoint_id));
CREATE INDEX endpoints_by_instance ON endpoints (tenant_id, lower(instance_id));
CREATE INDEX endpoints_by_fqdn ON endpoints (tenant_id, lower(fqdn));
CREATE INDEX endpoints_by_label ON endpoints (tenant_id, lower(split_part(fqdn, '.', 1)));
CREATE INDEX endpoints_by_host_name ON endpoints (tenant_id, lower(host_name));
CREATE INDEX endpoints_by_address ON endpoints USING gin (addresses);

-- Parts of a snapshot whose last part has not come.
CREATE TABLE inventory_parts (
  tenant_id text NOT NULL,
  site_id   text NOT NULL,
  epoch     bigint NOT NULL,
  version   bigint NOT NULL,
  part      integer NOT NULL,
  endpoints json NOT NULL,
  PRIMARY KEY (tenant_id, site_id, part),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);

CREATE TABLE endpoint_budgets (
  tenant_id   text NOT NULL,
  site_id     text NOT NULL,
  endpoint_id text NOT NULL,
  slot_limit  integer NOT NULL,
  used        integer NOT NULL,
  foreign_used integer NOT NULL,
  deferred    integer NOT NULL,
  known       boolean NOT NULL,
  measured_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, site_id, endpoint_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
) WITH (fillfactor = 70);
