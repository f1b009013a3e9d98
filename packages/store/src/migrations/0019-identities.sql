-- Certificates of agents (docs/identities.md): the one in force, and the next one until it is used for the first time.
ALTER TABLE agents
  ADD COLUMN certificate_serial     text NOT NULL DEFAULT '',
  -- The intermediate that signed it.
  ADD COLUMN certificate_issuer     text NOT NULL DEFAULT '',
  ADD COLUMN certificate_issued_at  bigint NOT NULL DEFAULT 0,
  ADD COLUMN certificate_expires_at bigint NOT NULL DEFAULT 0,
  ADD COLUMN next_fingerprint       text UNIQUE,
  ADD COLUMN next_serial            text,
  ADD COLUMN next_issuer            text,
  ADD COLUMN next_issued_at         bigint,
  ADD COLUMN next_expires_at        bigint,
  -- Which bundle of roots it said to have on its disk; 0 = none.
  ADD COLUMN trust_version          bigint NOT NULL DEFAULT 0,
  ADD COLUMN decommissioned_at      bigint,
  ADD CHECK ((next_fingerprint IS NULL) = (next_issued_at IS NULL)),
  -- Who is decommissioned is let in no more.
  ADD CHECK (decommissioned_at IS NULL OR revoked_at IS NOT NULL);

-- SHA-256 of the key that a token is bound to; NULL = any.
ALTER TABLE enrolment_tokens ADD COLUMN key_fingerprint text;
