-- Rules that went past a limit. A rule is in hold while its row is not re-armed; what it asked for before that does not count.
CREATE TABLE rule_holds (
  hold_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id        text NOT NULL REFERENCES tenants,
  rule_id          text NOT NULL,
  code             text NOT NULL,
  limited_by       text NOT NULL,
  message          text NOT NULL,
  event_id         text NOT NULL,
  rule_set_version integer NOT NULL,
  tripped_at       bigint NOT NULL,
  rearmed_at       bigint,
  rearmed_by       text,
  rearm_reason     text
);
CREATE UNIQUE INDEX rule_holds_open ON rule_holds (tenant_id, rule_id) WHERE rearmed_at IS NULL;
CREATE INDEX rule_holds_by_rule ON rule_holds (tenant_id, rule_id, rearmed_at DESC);

-- What a rule asked for in a window; and the decisions of one rule, newest first.
CREATE INDEX decisions_by_rule ON decisions (tenant_id, rule_id, decided_at DESC, decision_id DESC);
