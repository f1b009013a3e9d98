-- Numbers of signed orders (docs/signing.md). Taken by the signer in blocks: one that a crash left over is never used.
CREATE TABLE order_sequences (
  tenant_id text NOT NULL,
  site_id   text NOT NULL,
  -- The first number that nobody has taken.
  next      bigint NOT NULL,
  PRIMARY KEY (tenant_id, site_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);

-- Numbers are the signer's alone: whoever has the coordinator's rights can neither use one up nor set one back.
SELECT cordon_wall('order_sequences', '', '');
GRANT SELECT, INSERT, UPDATE ON order_sequences TO cordon_signer;

-- Beside actions, tenants, sites and site_sessions, what it signs stands here.
GRANT SELECT ON redeliveries, lease_releases, evidence_requests TO cordon_signer;
