-- Events and decisions partitioned by time, so that what is older than a tenant wants to keep goes by dropping tables, and with what
-- is asked for when somebody wants to know why.

-- A filled table is looked through once.
SET LOCAL statement_timeout = 0;

-- The partition key must stand in every unique key of a partitioned table, and the time at which an event came says nothing of
-- whether it is new: what makes it once lies beside it [D1]. A key goes together with its event.
CREATE TABLE event_keys (
  tenant_id   text NOT NULL,
  event_id    text NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (tenant_id, event_id)
);
INSERT INTO event_keys (tenant_id, event_id, received_at) SELECT tenant_id, event_id, received_at FROM events;

ALTER TABLE events RENAME TO events_before;
ALTER TABLE events_before DROP CONSTRAINT events_pkey;
DROP INDEX events_by_time;
-- The rule sets that it was evaluated with; NULL: by a release that did not write it down.
ALTER TABLE events_before ADD COLUMN rule_set_versions integer[];
CREATE TABLE events (LIKE events_before INCLUDING DEFAULTS) PARTITION BY RANGE (received_at);
ALTER TABLE events ADD PRIMARY KEY (tenant_id, received_at, event_id);

-- A decision is made once with its event, or with its action: no key of its own makes it once.
ALTER TABLE decisions RENAME TO decisions_before;
ALTER TABLE decisions_before DROP CONSTRAINT decisions_pkey;
DROP INDEX decisions_by_time;
ALTER INDEX decisions_by_event RENAME TO decisions_before_by_event;
ALTER INDEX decisions_by_endpoint RENAME TO decisions_before_by_endpoint;
ALTER INDEX decisions_by_act RENAME TO decisions_before_by_act;
ALTER INDEX decisions_by_rule RENAME TO decisions_before_by_rule;
CREATE TABLE decisions (LIKE decisions_before INCLUDING DEFAULTS) PARTITION BY RANGE (decided_at);
ALTER TABLE decisions ADD PRIMARY KEY (tenant_id, decided_at, decision_id);
CREATE INDEX decisions_by_event ON decisions (tenant_id, event_id);
CREATE INDEX decisions_by_endpoint ON decisions (tenant_id, endpoint_id, decided_at DESC, decision_id DESC) WHERE endpoint_id IS NOT NULL;
CREATE INDEX decisions_by_act ON decisions (tenant_id, endpoint_id, rule_id, action_kind, site_id, decided_at)
  WHERE verdict IN ('act', 'observe', 'merge', 'hold');
CREATE INDEX decisions_by_rule ON decisions (tenant_id, rule_id, decided_at DESC, decision_id DESC);

-- What a filled table has becomes the first partition, without a copy; it ends with the week that runs now.
DO $$
DECLARE
  week constant bigint := 604800000;
  ends bigint;
BEGIN
  SELECT (GREATEST((extract(epoch FROM now()) * 1000)::bigint, max(at)) / week + 1) * week INTO ends
  FROM (SELECT max(received_at) AS at FROM events_before UNION ALL SELECT max(decided_at) FROM decisions_before) AS newest;
  IF EXISTS (SELECT FROM events_before) THEN
    EXECUTE format('ALTER TABLE events ATTACH PARTITION events_before FOR VALUES FROM (MINVALUE) TO (%s)', ends);
  ELSE
    DROP TABLE events_before;
  END IF;
  IF EXISTS (SELECT FROM decisions_before) THEN
    EXECUTE format('ALTER TABLE decisions ATTACH PARTITION decisions_before FOR VALUES FROM (MINVALUE) TO (%s)', ends);
  ELSE
    DROP TABLE decisions_before;
  END IF;
END $$;

-- For what no partition was made in time: nothing is refused for that.
CREATE TABLE events_default PARTITION OF events DEFAULT;
CREATE TABLE decisions_default PARTITION OF decisions DEFAULT;

-- What agents said of an endpoint's slots, each time that it was something else than before.
CREATE TABLE budget_changes (
  tenant_id    text NOT NULL,
  site_id      text NOT NULL,
  endpoint_id  text NOT NULL,
  measured_at  bigint NOT NULL,
  slot_limit   integer NOT NULL,
  used         integer NOT NULL,
  foreign_used integer NOT NULL,
  deferred     integer NOT NULL,
  known        boolean NOT NULL,
  PRIMARY KEY (tenant_id, site_id, endpoint_id, measured_at)
) PARTITION BY RANGE (measured_at);
CREATE TABLE budget_changes_default PARTITION OF budget_changes DEFAULT;

-- How long a tenant's events and decisions are kept; a tenant without a row keeps them as long as the installation says.
CREATE TABLE tenant_retention (
  tenant_id  text PRIMARY KEY REFERENCES tenants,
  days       integer NOT NULL,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
);
