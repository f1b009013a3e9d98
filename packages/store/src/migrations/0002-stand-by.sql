-- A second agent per site, and what becomes of the orders of a ledger that is not the site's any more.

-- The status cursor belongs to the ledger that counts the statuses, not to the agent: an agent whose ledger was lost counts anew.
CREATE TABLE agent_ledgers (
  agent_id      text NOT NULL REFERENCES agents,
  ledger_id     text NOT NULL,
  status_cursor bigint NOT NULL DEFAULT 0,
  -- The highest epoch that this ledger was granted as the site's active one.
  epoch         bigint NOT NULL DEFAULT 0,
  -- The epoch of the first welcome in a row that bound the agent to a lease or to stand-by. A hello with it or a higher one
  -- proves that the agent has that on disk; absent while it may act by itself.
  bound_epoch   bigint,
  last_hello_at bigint NOT NULL,
  PRIMARY KEY (agent_id, ledger_id)
) WITH (fillfactor = 50);
ALTER TABLE agents DROP COLUMN status_cursor;

ALTER TABLE stray_statuses ADD COLUMN ledger_id text NOT NULL DEFAULT '';
ALTER TABLE stray_statuses DROP CONSTRAINT stray_statuses_agent_id_seq_key;
ALTER TABLE stray_statuses ADD CONSTRAINT stray_statuses_once UNIQUE (agent_id, ledger_id, seq);

ALTER TABLE site_sessions
  ADD COLUMN ledger_id       text,
  -- When, and with which epoch, the active ledger became the active one; no time for the site's first.
  ADD COLUMN ledger_since    bigint,
  ADD COLUMN ledger_epoch    bigint NOT NULL DEFAULT 0,
  -- What the active agent is known to keep; 0 = it acts without limit, so nobody may take over by itself.
  ADD COLUMN acting_lease_ms integer NOT NULL DEFAULT 0,
  -- Counts the signs of life that its gateway wrote: another process sees by it that the active agent is alive.
  ADD COLUMN beats           bigint NOT NULL DEFAULT 0,
  ADD COLUMN promote_to      text REFERENCES agents,
  ADD COLUMN promote_at      bigint,
  -- A person says that the former active agent is switched off.
  ADD COLUMN old_is_stopped  boolean NOT NULL DEFAULT false,
  -- What earlier ledgers had accepted is still to be collected for the active one.
  ADD COLUMN redelivery_due  boolean NOT NULL DEFAULT false;

CREATE TABLE standby_sessions (
  agent_id        text PRIMARY KEY REFERENCES agents,
  tenant_id       text NOT NULL,
  site_id         text NOT NULL,
  connected       boolean NOT NULL,
  connected_since bigint NOT NULL,
  last_seen_at    bigint NOT NULL,
  agent_version   text NOT NULL,
  stand_by        boolean NOT NULL,
  reason          text NOT NULL,
  service_console text NOT NULL,
  ksc_problem     json,
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
) WITH (fillfactor = 50);
CREATE INDEX standby_sessions_by_site ON standby_sessions (tenant_id, site_id);

-- Actions that an earlier ledger accepted and that the active one has not answered for: few, and only after a change.
CREATE TABLE redeliveries (
  tenant_id    text NOT NULL,
  action_id    text NOT NULL,
  site_id      text NOT NULL,
  action_class text NOT NULL,
  created_at   bigint NOT NULL,
  -- Of the change that made it: an answer from before it does not count.
  epoch        bigint NOT NULL,
  PRIMARY KEY (tenant_id, action_id)
);
CREATE INDEX redeliveries_by_site ON redeliveries (tenant_id, site_id, action_id);
