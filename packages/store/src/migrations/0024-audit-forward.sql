-- How far each chain was sent to the collector that the coordinator forwards to.
CREATE TABLE audit_forwards (
  tenant_id text PRIMARY KEY,
  up_to     bigint NOT NULL,
  at        bigint NOT NULL
);

SELECT cordon_wall('audit_forwards', 'SELECT', 'SELECT, INSERT, UPDATE');
