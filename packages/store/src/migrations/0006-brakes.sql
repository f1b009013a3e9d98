-- What people put in force to stop or hold actions, until they lift it. Rows are never removed: they are their own history.
CREATE TABLE brakes (
  brake_id     text PRIMARY KEY,
  type         text NOT NULL,
  -- NULL: every tenant; so for site, rule and kinds.
  tenant_id    text REFERENCES tenants,
  site_id      text,
  rule_id      text,
  kinds        text[],
  -- What its type says beyond the scope.
  body         json NOT NULL,
  reason       text NOT NULL,
  set_by       text NOT NULL,
  set_at       bigint NOT NULL,
  lifted_at    bigint,
  lifted_by    text,
  lift_reason  text,
  CHECK (tenant_id IS NOT NULL OR site_id IS NULL),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
-- Read for every plan and every batch of offers: few.
CREATE INDEX brakes_in_force ON brakes (tenant_id) WHERE lifted_at IS NULL;
CREATE INDEX brakes_by_time ON brakes (tenant_id, set_at DESC, brake_id DESC);

-- A held action counts for cool-downs, too.
DROP INDEX decisions_by_act;
CREATE INDEX decisions_by_act ON decisions (tenant_id, endpoint_id, rule_id, action_kind, site_id, decided_at)
  WHERE verdict IN ('act', 'observe', 'merge', 'hold');
