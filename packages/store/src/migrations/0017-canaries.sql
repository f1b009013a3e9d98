-- One harmless action per site on a schedule, through the whole path.
CREATE TABLE canaries (
  tenant_id     text NOT NULL,
  site_id       text NOT NULL,
  endpoint_id   text NOT NULL,
  -- Kind and arguments of the action.
  spec          json NOT NULL,
  every_ms      bigint NOT NULL,
  -- So long after its order a probe has to be proven.
  late_after_ms bigint NOT NULL,
  -- Tasks of its own that may lie in the endpoint's slots.
  slots         integer NOT NULL,
  next_at       bigint NOT NULL,
  changed_at    bigint NOT NULL,
  changed_by    text NOT NULL,
  -- Why it is in alarm, and since when; NULL while it is not.
  alarm         text,
  alarm_since   bigint,
  last_passed_at bigint,
  passed        bigint NOT NULL DEFAULT 0,
  failed        bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites,
  CHECK ((alarm IS NULL) = (alarm_since IS NULL))
) WITH (fillfactor = 70);
CREATE INDEX canaries_due ON canaries (next_at);

CREATE TABLE canary_probes (
  tenant_id  text NOT NULL,
  site_id    text NOT NULL,
  -- When it was due: its name.
  due_at     bigint NOT NULL,
  endpoint_id text NOT NULL,
  kind       text NOT NULL,
  state      text NOT NULL CHECK (state IN ('planned', 'ordered', 'late', 'passed', 'failed', 'skipped')),
  claimed_at bigint NOT NULL,
  action_id  text,
  ordered_at bigint,
  late_at    bigint,
  ended_at   bigint,
  code       text,
  reason     text,
  -- [{stage, ms}], in their order.
  stages     json,
  PRIMARY KEY (tenant_id, site_id, due_at)
) WITH (fillfactor = 70);
-- One at a time per site, whoever claims it.
CREATE UNIQUE INDEX canary_probes_open ON canary_probes (tenant_id, site_id) WHERE state IN ('planned', 'ordered', 'late');
