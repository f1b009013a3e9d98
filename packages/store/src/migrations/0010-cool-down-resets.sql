-- From then on the rule's cool-downs begin anew: on one endpoint, at one site, or, without both, everywhere.
CREATE TABLE cool_down_resets (
  reset_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id   text NOT NULL REFERENCES tenants,
  rule_id     text NOT NULL,
  site_id     text,
  endpoint_id text,
  reset_at    bigint NOT NULL,
  reset_by    text NOT NULL,
  reason      text NOT NULL,
  CHECK (site_id IS NOT NULL OR endpoint_id IS NULL),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
CREATE INDEX cool_down_resets_by_rule ON cool_down_resets (tenant_id, rule_id, reset_at DESC);
