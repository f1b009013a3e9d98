-- The audit: what is told here takes its place in a chain of hashes per tenant (docs/audit.md). The chain '-' is of what belongs to no tenant.

-- What was told and not sealed yet. It is written in the transaction of what it tells of, and goes with the one that seals it [U7].
CREATE TABLE audit_outbox (
  outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id text NOT NULL,
  told_at   bigint NOT NULL,
  fact      json NOT NULL
);

CREATE TABLE audit_entries (
  tenant_id   text NOT NULL,
  seq         bigint NOT NULL,
  previous    text NOT NULL,
  hash        text NOT NULL,
  -- The very text that the hash is over.
  fact        text NOT NULL,
  sealed_at   bigint NOT NULL,
  -- Out of the fact, to be found by.
  at          bigint NOT NULL,
  kind        text NOT NULL,
  actor       text NOT NULL,
  endpoint_id text,
  PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_entries_by_endpoint ON audit_entries (tenant_id, endpoint_id, seq) WHERE endpoint_id IS NOT NULL;

CREATE TABLE audit_heads (
  tenant_id text PRIMARY KEY,
  seq       bigint NOT NULL,
  hash      text NOT NULL
);

CREATE TABLE audit_roots (
  tenant_id text NOT NULL,
  seq       bigint NOT NULL,
  hash      text NOT NULL,
  day       text NOT NULL,
  at        bigint NOT NULL,
  key_id    text NOT NULL,
  signature text NOT NULL,
  PRIMARY KEY (tenant_id, seq)
);

-- What stands for the entries of a chain that were removed as over age.
CREATE TABLE audit_stubs (
  tenant_id  text PRIMARY KEY,
  last_seq   bigint NOT NULL,
  removed_at bigint NOT NULL
);

CREATE TABLE audit_keys (
  tenant_id   text NOT NULL,
  key_id      text NOT NULL,
  public_key  text NOT NULL,
  since       bigint NOT NULL,
  endorsed_by text,
  endorsement text,
  PRIMARY KEY (tenant_id, key_id)
);

CREATE TABLE audit_retention (
  tenant_id  text PRIMARY KEY REFERENCES tenants,
  days       integer NOT NULL,
  changed_at bigint NOT NULL,
  changed_by text NOT NULL
);

-- Whoever works for a tenant tells, reads, and changes nothing of what was told.
SELECT cordon_wall('audit_outbox', 'INSERT', 'SELECT, INSERT, DELETE');
SELECT cordon_wall('audit_entries', 'SELECT', 'SELECT, INSERT, DELETE');
SELECT cordon_wall('audit_heads', 'SELECT', 'SELECT, INSERT, UPDATE');
SELECT cordon_wall('audit_roots', 'SELECT', 'SELECT, INSERT');
SELECT cordon_wall('audit_stubs', 'SELECT', 'SELECT, INSERT, UPDATE');
SELECT cordon_wall('audit_keys', 'SELECT', 'SELECT, INSERT');
SELECT cordon_wall('audit_retention', fleet_rights => 'SELECT');
GRANT SELECT ON audit_entries, audit_heads, audit_roots, audit_stubs, audit_keys TO cordon_auditor;

-- The record tells of itself: each of these runs once for a statement, however many rows it wrote, and nobody can write without it.
CREATE FUNCTION cordon_now_ms() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

-- Words of others are bounded, and say so [U6].
CREATE FUNCTION cordon_bounded(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN length(words) <= 2000 THEN words ELSE left(words, 2000) || '… (' || length(words) || ' characters)' END
$$;

CREATE FUNCTION cordon_audit_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT d.tenant_id, d.decided_at, json_strip_nulls(json_build_object(
    'at', d.decided_at, 'kind', 'decision',
    'by', CASE WHEN d.detail->>'actor' IS NULL THEN json_build_object('as', 'rule', 'name', d.rule_id)
      ELSE json_build_object('as', 'person', 'name', d.detail->>'actor') END,
    'what', d.verdict || ' ' || d.action_kind, 'reason', cordon_bounded(d.reason), 'code', d.code, 'site', d.site_id,
    'targets', CASE WHEN d.endpoint_id IS NULL THEN NULL ELSE json_build_array(d.endpoint_id) END,
    'rule', json_build_object('id', d.rule_id, 'version', NULLIF(d.rule_set_version, 0), 'content', s.content_hash),
    'refs', json_build_object('decision', d.decision_id, 'event', d.event_id, 'action', d.action_id)))
  FROM written d LEFT JOIN rule_sets s ON s.tenant_id = d.tenant_id AND s.version = d.rule_set_version;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON decisions REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_decisions();

-- Where an action came to: what was ordered, went out, ended, and what a person did. The steps between are told by the timeline.
CREATE FUNCTION cordon_audit_timeline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT t.tenant_id, t.recorded_at, json_strip_nulls(json_build_object(
    'at', t.recorded_at, 'kind', 'action',
    'by', CASE WHEN t.actor IS NOT NULL THEN json_build_object('as', 'person', 'name', t.actor)
      WHEN t.source = 'agent' THEN json_build_object('as', 'agent', 'name', a.site_id)
      ELSE json_build_object('as', 'cordon', 'name', t.source) END,
    'what', a.kind || ' ' || t.state, 'reason', cordon_bounded(t.detail->>'message'), 'code', t.detail->>'code',
    'site', a.site_id, 'targets', json_build_array(a.endpoint_id),
    'rule', json_build_object('id', a.rule_id, 'version', NULLIF(a.rule_set_version, 0)),
    'refs', json_build_object('action', t.action_id, 'event', a.event_id, 'evidence', t.detail->'evidence'->>'rung')))
  FROM written t JOIN actions a ON a.tenant_id = t.tenant_id AND a.action_id = t.action_id
  WHERE t.actor IS NOT NULL OR t.outcome = 'moved' AND t.state NOT IN ('deferred', 'submitting', 'submitted', 'task_seen', 'running');
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON action_timeline REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_timeline();

CREATE FUNCTION cordon_audit_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT v.tenant_id, v.voted_at, json_strip_nulls(json_build_object(
    'at', v.voted_at, 'kind', 'vote', 'by', json_build_object('as', 'person', 'name', v.voter),
    'what', v.verdict || ' ' || p.kind, 'reason', cordon_bounded(v.reason), 'site', p.site_id, 'targets', json_build_array(p.endpoint_id),
    'rule', json_build_object('id', p.rule_id, 'version', NULLIF(p.rule_set_version, 0)),
    'refs', json_build_object('action', v.action_id, 'event', p.event_id, 'approved', v.hash)))
  FROM written v JOIN approvals p ON p.tenant_id = v.tenant_id AND p.action_id = v.action_id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON approval_votes REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_votes();
CREATE TRIGGER audit_again AFTER UPDATE ON approval_votes REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_votes();

CREATE FUNCTION cordon_audit_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT p.tenant_id, p.decided_at, json_strip_nulls(json_build_object(
    'at', p.decided_at, 'kind', 'approval',
    'by', CASE WHEN p.decided_by IS NULL THEN json_build_object('as', 'cordon', 'name', 'silence')
      ELSE json_build_object('as', 'person', 'name', p.decided_by) END,
    'what', p.state || ' ' || p.kind, 'reason', cordon_bounded(p.reason), 'site', p.site_id, 'targets', json_build_array(p.endpoint_id),
    'rule', json_build_object('id', p.rule_id, 'version', NULLIF(p.rule_set_version, 0)),
    'refs', json_build_object('action', p.action_id, 'event', p.event_id, 'approved', p.hash)))
  FROM written p JOIN before b ON b.tenant_id = p.tenant_id AND b.action_id = p.action_id
  WHERE b.state = 'open' AND p.state <> 'open';
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER UPDATE ON approvals REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_approvals();

CREATE FUNCTION cordon_audit_brakes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT COALESCE(b.tenant_id, '-'), COALESCE(b.lifted_at, b.set_at), json_strip_nulls(json_build_object(
    'at', COALESCE(b.lifted_at, b.set_at), 'kind', 'brake',
    'by', json_build_object('as', 'person', 'name', COALESCE(b.lifted_by, b.set_by)),
    'what', CASE WHEN b.lifted_at IS NULL THEN 'set ' ELSE 'lifted ' END || b.type,
    'reason', cordon_bounded(COALESCE(b.lift_reason, b.reason)), 'site', b.site_id, 'rule', json_build_object('id', b.rule_id),
    'refs', json_build_object('brake', b.brake_id, 'kinds', array_to_string(b.kinds, ' '), 'says', cordon_bounded(b.body::text))))
  FROM written b;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_set AFTER INSERT ON brakes REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_brakes();
CREATE TRIGGER audit_lifted AFTER UPDATE ON brakes REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_brakes();

CREATE FUNCTION cordon_audit_loosenings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT COALESCE(l.tenant_id, '-'), COALESCE(l.decided_at, l.asked_at), json_strip_nulls(json_build_object(
    'at', COALESCE(l.decided_at, l.asked_at), 'kind', 'loosening',
    'by', json_build_object('as', 'person', 'name', COALESCE(l.decided_by, l.asked_by)),
    'what', CASE WHEN l.decided_at IS NULL THEN 'asked' ELSE l.state END, 'reason', cordon_bounded(COALESCE(l.decide_reason, l.reason)),
    'refs', json_build_object('loosening', l.loosening_id, 'change', cordon_bounded(l.change::text), 'approved', l.hash)))
  FROM written l;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_asked AFTER INSERT ON loosenings REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_loosenings();
CREATE TRIGGER audit_decided AFTER UPDATE ON loosenings REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_loosenings();

CREATE FUNCTION cordon_audit_rule_holds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT h.tenant_id, COALESCE(h.rearmed_at, h.tripped_at), json_strip_nulls(json_build_object(
    'at', COALESCE(h.rearmed_at, h.tripped_at), 'kind', 'rule-hold',
    'by', CASE WHEN h.rearmed_at IS NULL THEN json_build_object('as', 'cordon', 'name', h.limited_by)
      ELSE json_build_object('as', 'person', 'name', h.rearmed_by) END,
    'what', CASE WHEN h.rearmed_at IS NULL THEN 'tripped' ELSE 're-armed' END,
    'reason', cordon_bounded(COALESCE(h.rearm_reason, h.message)), 'code', h.code,
    'rule', json_build_object('id', h.rule_id, 'version', h.rule_set_version), 'refs', json_build_object('event', h.event_id)))
  FROM written h;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_tripped AFTER INSERT ON rule_holds REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_rule_holds();
CREATE TRIGGER audit_rearmed AFTER UPDATE ON rule_holds REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_rule_holds();

CREATE FUNCTION cordon_audit_activations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT r.tenant_id, r.activated_at, json_strip_nulls(json_build_object(
    'at', r.activated_at, 'kind', 'rule-set', 'by', json_build_object('as', 'person', 'name', r.activated_by),
    'what', 'activated', 'rule', json_build_object('version', r.version, 'content', s.content_hash)))
  FROM written r LEFT JOIN rule_sets s ON s.tenant_id = r.tenant_id AND s.version = r.version;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON rule_set_activations REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_activations();

CREATE FUNCTION cordon_audit_lists() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT r.tenant_id, r.at, json_strip_nulls(json_build_object(
    'at', r.at, 'kind', 'list', 'by', json_build_object('as', CASE r.by WHEN 'cordon' THEN 'cordon' ELSE 'person' END, 'name', r.by),
    'what', r.kind || ' ' || l.name, 'reason', cordon_bounded(r.reason),
    'refs', json_build_object('list', l.name, 'revision', r.revision, 'added', r.added, 'replaced', r.replaced, 'removed', r.removed)))
  FROM written r JOIN lists l ON l.list_id = r.list_id;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON list_revisions REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_lists();

-- A rollout's steps stand in the chain of each of its tenants, and in the platform's.
CREATE FUNCTION cordon_audit_rollout_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT t.tenant_id, s.at, json_strip_nulls(json_build_object(
    'at', s.at, 'kind', 'rollout', 'by', json_build_object('as', CASE s.by WHEN 'cordon' THEN 'cordon' ELSE 'person' END, 'name', s.by),
    'what', s.kind, 'reason', cordon_bounded(s.reason), 'rule', json_build_object('version', t.version), 'plan', r.plan_hash,
    'refs', json_build_object('rollout', s.rollout_id, 'state', s.state, 'wave', s.wave)))
  FROM written s JOIN rule_rollouts r USING (rollout_id) CROSS JOIN LATERAL (
    SELECT o.tenant_id, o.version FROM rule_rollout_tenants o WHERE o.rollout_id = s.rollout_id UNION ALL SELECT '-', NULL) AS t;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT ON rule_rollout_steps REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_rollout_steps();

-- Who was let in as a site's agent, with which certificate, and who was shut out.
CREATE FUNCTION cordon_audit_agents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT a.tenant_id, cordon_now_ms(), json_strip_nulls(json_build_object(
    'at', cordon_now_ms(), 'kind', 'agent', 'by', json_build_object('as', 'agent', 'name', a.agent_id), 'what', a.what, 'site', a.site_id,
    'refs', json_build_object('agent', a.agent_id, 'certificate', a.certificate_fingerprint)))
  FROM (
    SELECT w.tenant_id, w.site_id, w.agent_id, w.certificate_fingerprint, CASE
      WHEN b.decommissioned_at IS NULL AND w.decommissioned_at IS NOT NULL THEN 'decommissioned'
      WHEN b.revoked_at IS NULL AND w.revoked_at IS NOT NULL THEN 'revoked'
      WHEN b.certificate_fingerprint <> w.certificate_fingerprint THEN 'uses another certificate'
    END AS what
    FROM written w JOIN before b ON b.agent_id = w.agent_id) AS a
  WHERE a.what IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER UPDATE ON agents REFERENCING OLD TABLE AS before NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_agents();

CREATE FUNCTION cordon_audit_new_agents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_outbox (tenant_id, told_at, fact)
  SELECT a.tenant_id, a.enrolled_at, json_strip_nulls(json_build_object(
    'at', a.enrolled_at, 'kind', 'agent', 'by', json_build_object('as', 'agent', 'name', a.agent_id), 'what', 'enrolled', 'site', a.site_id,
    'refs', json_build_object('agent', a.agent_id, 'certificate', a.certificate_fingerprint)))
  FROM written a;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_new AFTER INSERT ON agents REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION cordon_audit_new_agents();
