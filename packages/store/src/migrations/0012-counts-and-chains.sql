-- What rules count, and actions that go one after another.

-- Of each counter's groups only what can still make a difference, as core/rules decides; written with the events that it counts.
CREATE SEQUENCE counter_uses;
CREATE TABLE counter_groups (
  tenant_id  text NOT NULL,
  counter_id text NOT NULL,
  group_id   text NOT NULL,
  -- Rising with every event that meets the group: of a counter with too many, the one met longest ago goes.
  used       bigint NOT NULL,
  -- When the group has not been met for so long that nobody asks for it any more.
  forget_at  bigint NOT NULL,
  at         json NOT NULL,
  -- Beside `at`, what the events are told apart by.
  texts      json,
  PRIMARY KEY (tenant_id, counter_id, group_id)
) WITH (fillfactor = 70);
CREATE INDEX counter_groups_by_use ON counter_groups (tenant_id, counter_id, used DESC);
CREATE INDEX counter_groups_idle ON counter_groups (forget_at);

CREATE TABLE chain_links (
  tenant_id   text NOT NULL,
  -- The decision about the chain's first action.
  chain_id    text NOT NULL,
  -- Which of the rule's actions, from 0.
  place       integer NOT NULL,
  -- NULL: it was never ordered. Several links may have the same one: it serves all of them.
  action_id   text,
  on_failure  text NOT NULL CHECK (on_failure IN ('stop', 'continue')),
  -- How long its action may take to be sent, from its release on.
  deadline_ms bigint NOT NULL,
  -- The action of which the end is waited for; NULL: its own does not wait, or not any more.
  waits_for   text,
  -- What it waited for has come, and its action is to be let go; a brake may still hold it.
  release_due boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant_id, chain_id, place)
) WITH (fillfactor = 80);
CREATE INDEX chain_links_by_action ON chain_links (tenant_id, action_id) WHERE action_id IS NOT NULL;
CREATE INDEX chain_links_waiting ON chain_links (tenant_id, waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX chain_links_due ON chain_links (tenant_id, action_id) WHERE release_due;

-- What a later event's equal wish may be served by.
CREATE INDEX actions_unsent_by_endpoint ON actions (tenant_id, endpoint_id) WHERE is_unsent;

-- The action that ended, and of which this is another try.
ALTER TABLE actions ADD COLUMN retry_of text;
CREATE INDEX actions_by_retried ON actions (tenant_id, retry_of) WHERE retry_of IS NOT NULL;
