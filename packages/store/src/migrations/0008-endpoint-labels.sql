-- What people at the coordinator say of an endpoint. It outlives the endpoint's row, which follows the site's inventory.
CREATE TABLE endpoint_labels (
  tenant_id   text NOT NULL,
  site_id     text NOT NULL,
  endpoint_id text NOT NULL,
  roles       text[] NOT NULL,
  tags        text[] NOT NULL,
  changed_by  text NOT NULL,
  changed_at  bigint NOT NULL,
  PRIMARY KEY (tenant_id, site_id, endpoint_id),
  FOREIGN KEY (tenant_id, site_id) REFERENCES sites
);
