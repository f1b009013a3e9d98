-- Who signs in with an OpenID provider has no token of an own.
ALTER TABLE people ALTER COLUMN token_hash DROP NOT NULL;

-- Who somebody is at a provider. The pair is the person, whatever else the provider says of it; the name is the one here, for good.
CREATE TABLE identities (
  issuer         text NOT NULL,
  subject        text NOT NULL,
  name           text NOT NULL UNIQUE REFERENCES people,
  -- As the provider told at the last login.
  display_name   text NOT NULL,
  groups         json NOT NULL,
  first_login_at bigint NOT NULL,
  last_login_at  bigint NOT NULL,
  PRIMARY KEY (issuer, subject)
);

-- Logins that last. What a session may do is read anew at each request; nothing of it stands here.
CREATE TABLE login_sessions (
  -- SHA-256 of the cookie's value or of the command line's token.
  token_hash text PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('browser', 'cli')),
  name       text NOT NULL REFERENCES people,
  started_at bigint NOT NULL,
  -- Noted once a minute at most.
  used_at    bigint NOT NULL,
  -- The address that it began from.
  source     text NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX login_sessions_by_name ON login_sessions (name, started_at);
CREATE INDEX login_sessions_by_age ON login_sessions (started_at);

-- Between a login in the browser and the command line that waits for it: worth a session once, for two minutes.
CREATE TABLE login_codes (
  -- SHA-256 of the code.
  code_hash  text PRIMARY KEY,
  name       text NOT NULL REFERENCES people,
  -- Base64url of the SHA-256 of what only the command line knows (PKCE, RFC 7636).
  challenge  text NOT NULL,
  -- Where the command line listens on 127.0.0.1, and what it wants to see again.
  port       integer NOT NULL,
  state      text NOT NULL,
  -- The person said yes in the browser.
  allowed    boolean NOT NULL DEFAULT false,
  expires_at bigint NOT NULL
);
CREATE INDEX login_codes_by_end ON login_codes (expires_at);

-- Each alarm about the emergency account, with the uses that it told.
CREATE TABLE break_glass_alarms (
  alarm_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at       bigint NOT NULL,
  source   text NOT NULL,
  uses     bigint NOT NULL
);
CREATE INDEX break_glass_alarms_by_time ON break_glass_alarms (at);

-- People belong to no tenant.
SELECT cordon_grant('identities', '', 'SELECT, INSERT, UPDATE');
SELECT cordon_grant('login_sessions', '', 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_grant('login_codes', '', 'SELECT, INSERT, UPDATE, DELETE');
SELECT cordon_grant('break_glass_alarms', '', 'SELECT, INSERT, DELETE');
