-- Walls between tenants, and what each of the database's roles may do (docs/database.md).

-- The roles belong to the server, not to this database: whoever set it up has made them. One that may make roles makes what lacks.
DO $$
DECLARE
  wanted text;
  may_create constant boolean := (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user);
BEGIN
  FOREACH wanted IN ARRAY ARRAY['cordon_owner', 'cordon_app', 'cordon_fleet', 'cordon_signer', 'cordon_auditor', 'cordon_queue'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
    IF NOT may_create THEN
      RAISE EXCEPTION 'the role % is missing: run the statements of docs/database.md as an administrator', wanted;
    END IF;
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      -- Another database of the server is migrated just now.
      NULL;
    END;
  END LOOP;
END $$;

-- [W1] The second wall around one table of tenants' rows. Whoever works for a tenant says so in the setting cordon.tenant, and
-- sees and writes that tenant's rows alone; without it, none. Work over all tenants is cordon_fleet's. Of both roles only the
-- rights that are named are given: an empty text gives none. `shared`: rows without a tenant are for every tenant to read.
CREATE FUNCTION cordon_wall(
  walled regclass,
  app_rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE',
  fleet_rights text DEFAULT '',
  shared boolean DEFAULT false
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', walled);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', walled);
  EXECUTE format($policy$CREATE POLICY cordon_tenant ON %s
    USING (tenant_id = current_setting('cordon.tenant', true))
    WITH CHECK (tenant_id = current_setting('cordon.tenant', true))$policy$, walled);
  EXECUTE format('CREATE POLICY cordon_fleet ON %s TO cordon_fleet, cordon_owner USING (true) WITH CHECK (true)', walled);
  IF shared THEN
    EXECUTE format('CREATE POLICY cordon_shared ON %s FOR SELECT USING (tenant_id IS NULL)', walled);
  END IF;
  PERFORM cordon_grant(walled, app_rights, fleet_rights);
END $$;

-- The rights on a table that holds no tenant's rows, or rows of several at once.
CREATE FUNCTION cordon_grant(target regclass, app_rights text, fleet_rights text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF app_rights <> '' THEN
    EXECUTE format('GRANT %s ON %s TO cordon_app', app_rights, target);
  END IF;
  IF fleet_rights <> '' THEN
    EXECUTE format('GRANT %s ON %s TO cordon_fleet', fleet_rights, target);
  END IF;
END $$;

-- What hangs on an agent names its tenant itself.
ALTER TABLE agent_ledgers ADD COLUMN tenant_id text;
UPDATE agent_ledgers l SET tenant_id = a.tenant_id FROM agents a WHERE a.agent_id = l.agent_id;
ALTER TABLE agent_ledgers ALTER COLUMN tenant_id SET NOT NULL, ALTER COLUMN tenant_id SET DEFAULT current_setting('cordon.tenant', true);
ALTER TABLE agent_versions ADD COLUMN tenant_id text;
UPDATE agent_versions v SET tenant_id = a.tenant_id FROM agents a WHERE a.agent_id = v.agent_id;
ALTER TABLE agent_versions ALTER COLUMN tenant_id SET NOT NULL, ALTER COLUMN tenant_id SET DEFAULT current_setting('cordon.tenant', true);
ALTER TABLE agent_update_reports ADD COLUMN tenant_id text;
UPDATE agent_update_reports r SET tenant_id = a.tenant_id FROM agents a WHERE a.agent_id = r.agent_id;
ALTER TABLE agent_update_reports ALTER COLUMN tenant_id SET NOT NULL, ALTER COLUMN tenant_id SET DEFAULT current_setting('cordon.tenant', true);

-- An index is used behind a wall only by what cannot tell of a row that is not to be seen (a leakproof operator): `lower` could,
-- equality of texts cannot. So what is looked up is kept as it is looked up.
ALTER TABLE endpoints
  ADD COLUMN endpoint_key  text GENERATED ALWAYS AS (lower(endpoint_id)) STORED,
  ADD COLUMN instance_key  text GENERATED ALWAYS AS (lower(instance_id)) STORED,
  ADD COLUMN fqdn_key      text GENERATED ALWAYS AS (lower(fqdn)) STORED,
  ADD COLUMN label_key     text GENERATED ALWAYS AS (lower(split_part(fqdn, '.', 1))) STORED,
  ADD COLUMN host_name_key text GENERATED ALWAYS AS (lower(host_name)) STORED;
DROP INDEX endpoints_by_id, endpoints_by_instance, endpoints_by_fqdn, endpoints_by_label, endpoints_by_host_name;
CREATE INDEX endpoints_by_id ON endpoints (tenant_id, endpoint_key);
CREATE INDEX endpoints_by_instance ON endpoints (tenant_id, instance_key);
CREATE INDEX endpoints_by_fqdn ON endpoints (tenant_id, fqdn_key);
CREATE INDEX endpoints_by_label ON endpoints (tenant_id, label_key);
CREATE INDEX endpoints_by_host_name ON endpoints (tenant_id, host_name_key);

-- The one look-up that needs an operator which is not leakproof; it stays within the tenant by its own condition.
CREATE FUNCTION cordon_endpoints_at(address text) RETURNS TABLE (site_id text, endpoint_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp ROWS 2 AS $$
  SELECT e.site_id, e.endpoint_id FROM endpoints e
  WHERE e.tenant_id = current_setting('cordon.tenant', true) AND e.addresses @> ARRAY[address]
$$;

-- What the lists of all tenants come to: a bound of the installation, and no more than two sums of what others have.
CREATE FUNCTION cordon_list_totals() RETURNS TABLE (entries bigint, bytes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT COALESCE(sum(l.entries), 0)::bigint, COALESCE(sum(l.bytes), 0)::bigint FROM lists l WHERE NOT l.deleted
$$;

-- Only the owner of a table may have it looked at, cut into weeks, or have a week of it dropped.
CREATE FUNCTION cordon_analyze(VARIADIC looked_at regclass[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  each regclass;
BEGIN
  FOREACH each IN ARRAY looked_at LOOP
    EXECUTE format('ANALYZE %s', each);
  END LOOP;
END $$;

CREATE FUNCTION cordon_make_partition(parent text, name text, from_ms bigint, to_ms bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(format('public.%I', parent))) THEN
    RAISE EXCEPTION '% is not cut into weeks', parent;
  END IF;
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS)', name, parent);
  -- Nobody has a right on a part itself; behind its own wall it stays shut even so.
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
  -- Attaching keeps out nobody but those who would put rows into the partition for the rest.
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, name, from_ms, to_ms);
END $$;

CREATE FUNCTION cordon_drop_partition(parent text, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
    WHERE i.inhrelid = to_regclass(format('public.%I', name)) AND i.inhparent = to_regclass(format('public.%I', parent))) THEN
    RAISE EXCEPTION '% is no part of %', name, parent;
  END IF;
  EXECUTE format('DROP TABLE %I', name);
END $$;

REVOKE ALL ON FUNCTION cordon_wall, cordon_grant, cordon_endpoints_at, cordon_list_totals, cordon_analyze, cordon_make_partition,
  cordon_drop_partition FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cordon_endpoints_at, cordon_list_totals, cordon_analyze TO cordon_app;
GRANT EXECUTE ON FUNCTION cordon_analyze, cordon_make_partition, cordon_drop_partition TO cordon_fleet;

DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits JOIN pg_partitioned_table ON partrelid = inhparent LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', part);
  END LOOP;
END $$;

-- An empty setting is nobody's.
ALTER TABLE tenants ADD CHECK (tenant_id <> '');

-- Whose rows are locked by a statement must be allowed to change at least one of its columns: so UPDATE (name) on tenants.
SELECT cordon_wall('tenants', 'SELECT, INSERT, UPDATE (name)', 'SELECT, UPDATE (name)');
SELECT cordon_wall('sites', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('agents', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT');
SELECT cordon_wall('enrolment_tokens', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('intake_credentials', 'SELECT, INSERT, DELETE', 'SELECT');
SELECT cordon_wall('tenant_retention', fleet_rights => 'SELECT');

-- What happened is written once. Nothing of it is changed, and what is over age goes by the fleet's hand alone.
SELECT cordon_wall('events', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT cordon_wall('event_keys', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT cordon_wall('decisions', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT cordon_wall('budget_changes', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT cordon_wall('action_timeline', 'SELECT, INSERT', 'SELECT, INSERT');
SELECT cordon_wall('stray_statuses', 'SELECT, INSERT');
SELECT cordon_wall('quarantine', 'SELECT, INSERT, UPDATE (replayed_at)', 'SELECT, DELETE');
SELECT cordon_wall('cool_down_resets', 'SELECT, INSERT');
SELECT cordon_wall('list_revisions', 'SELECT, INSERT');
SELECT cordon_wall('list_entry_revisions', 'SELECT, INSERT', 'SELECT, DELETE');
SELECT cordon_wall('rule_set_activations', 'SELECT, INSERT', 'SELECT, INSERT');

SELECT cordon_wall('actions', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('redeliveries', fleet_rights => 'SELECT');
SELECT cordon_wall('chain_links', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('approvals', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('approval_votes', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('loosenings', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE');
SELECT cordon_wall('brakes', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE', shared => true);
SELECT cordon_wall('evidence_requests', 'SELECT, INSERT, UPDATE');
SELECT cordon_wall('leases', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('lease_releases', 'SELECT, INSERT, UPDATE', 'SELECT');

SELECT cordon_wall('site_sessions', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('standby_sessions', fleet_rights => 'SELECT, UPDATE');
SELECT cordon_wall('site_readiness', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('agent_ledgers');
SELECT cordon_wall('agent_versions', 'SELECT, INSERT, UPDATE', 'SELECT, UPDATE');
SELECT cordon_wall('agent_update_reports', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('endpoints', fleet_rights => 'SELECT');
SELECT cordon_wall('inventory_parts');
SELECT cordon_wall('endpoint_budgets', fleet_rights => 'SELECT');
SELECT cordon_wall('endpoint_labels', 'SELECT, INSERT, UPDATE', 'SELECT');

SELECT cordon_wall('rule_sets', 'SELECT, INSERT', 'SELECT');
SELECT cordon_wall('active_rule_sets', 'SELECT, INSERT, UPDATE', 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_wall('rule_holds', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('lists', 'SELECT, INSERT, UPDATE', 'SELECT');
SELECT cordon_wall('list_entries', fleet_rights => 'SELECT');
SELECT cordon_wall('counter_groups', fleet_rights => 'SELECT, UPDATE, DELETE');
GRANT USAGE ON SEQUENCE counter_uses TO cordon_app;
SELECT cordon_wall('canaries', fleet_rights => 'SELECT, UPDATE');
SELECT cordon_wall('canary_probes', fleet_rights => 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_wall('plan_tenants', 'SELECT', 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_wall('rule_rollout_tenants', 'SELECT, UPDATE (is_open)', 'SELECT, INSERT, UPDATE');
SELECT cordon_wall('rule_rollout_sites', 'SELECT', 'SELECT, INSERT, UPDATE');

-- Of several tenants at once: the fleet's. A tenant's own work asks only how far a rollout is.
SELECT cordon_grant('plans', '', 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_grant('rule_rollouts', 'SELECT (rollout_id, state, wave)', 'SELECT, INSERT, UPDATE');
SELECT cordon_grant('rule_rollout_steps', '', 'SELECT, INSERT');
-- The provider's.
SELECT cordon_grant('releases', '', 'SELECT, INSERT');
SELECT cordon_grant('rollouts', '', 'SELECT, INSERT, UPDATE');
SELECT cordon_grant('people', '', 'SELECT, INSERT, UPDATE');

-- Who signs orders reads what is ordered, tenant by tenant, and no more.
GRANT SELECT ON actions, tenants, sites, site_sessions TO cordon_signer;
-- Who looks at the record from outside changes nothing.
GRANT SELECT ON tenants, sites, actions, action_timeline, decisions, approvals, approval_votes, brakes, loosenings, rule_sets,
  rule_set_activations, cool_down_resets, list_revisions TO cordon_auditor;
