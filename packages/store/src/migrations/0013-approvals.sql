-- What people are asked about: one row for each action that is held for a person.
CREATE TABLE approvals (
  tenant_id        text NOT NULL,
  action_id        text NOT NULL,
  site_id          text NOT NULL,
  endpoint_id      text NOT NULL,
  endpoint_name    text NOT NULL,
  kind             text NOT NULL,
  rule_id          text NOT NULL,
  rule_set_version integer NOT NULL,
  event_id         text NOT NULL,
  -- Why it is held: the code of its decision.
  held_by          text NOT NULL,
  -- How many, who, and what silence means.
  asked            json NOT NULL,
  -- Who published the rule set; NULL: nobody knows.
  author           text,
  -- Over rule, target and arguments: what a person says yes to.
  hash             text NOT NULL,
  asked_at         bigint NOT NULL,
  expires_at       bigint NOT NULL,
  -- `void`: its action ended before anybody had decided.
  state            text NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'void')),
  decided_at       bigint,
  -- NULL beside `decided_at`: silence decided.
  decided_by       text,
  reason           text,
  -- The action has become what was decided.
  settled          boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, action_id)
) WITH (fillfactor = 80);
CREATE INDEX approvals_open ON approvals (tenant_id, expires_at, action_id) WHERE state = 'open';
CREATE INDEX approvals_due ON approvals (expires_at) WHERE state = 'open';
CREATE INDEX approvals_unsettled ON approvals (tenant_id, action_id) WHERE state <> 'open' AND NOT settled;
CREATE INDEX approvals_by_time ON approvals (tenant_id, asked_at DESC, action_id DESC);

-- Nobody votes twice about the same. Never changed, never removed.
CREATE TABLE approval_votes (
  tenant_id text NOT NULL,
  action_id text NOT NULL,
  voter     text NOT NULL,
  verdict   text NOT NULL CHECK (verdict IN ('approve', 'reject')),
  hash      text NOT NULL,
  reason    text NOT NULL,
  voted_at  bigint NOT NULL,
  PRIMARY KEY (tenant_id, action_id, voter)
);

-- Wishes to loosen what protects endpoints: they count once a second person says so.
CREATE TABLE loosenings (
  loosening_id text PRIMARY KEY,
  -- NULL: of every tenant.
  tenant_id    text REFERENCES tenants,
  -- What is to be done: lift a brake, or change an endpoint's labels.
  change       json NOT NULL,
  -- Over the change and what it would change: what a person says yes to.
  hash         text NOT NULL,
  asked_by     text NOT NULL,
  asked_at     bigint NOT NULL,
  reason       text NOT NULL,
  expires_at   bigint NOT NULL,
  state        text NOT NULL CHECK (state IN ('open', 'confirmed', 'rejected')),
  decided_by   text,
  decided_at   bigint,
  decide_reason text
);
CREATE INDEX loosenings_by_time ON loosenings (tenant_id, asked_at DESC, loosening_id DESC);

-- Persons who may use the admin API under their own name. A name is never given to somebody else.
CREATE TABLE people (
  name       text PRIMARY KEY,
  -- SHA-256 of the token.
  token_hash text NOT NULL UNIQUE,
  added_at   bigint NOT NULL,
  added_by   text NOT NULL,
  removed_at bigint,
  removed_by text
);
