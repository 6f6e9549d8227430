-- Webhook names: what a webhook is called in the list.
-- version: 2.2.0

-- The name of a webhook. Existing webhooks have an empty one; no row is rewritten.
ALTER TABLE webhooks ADD COLUMN name TEXT NOT NULL DEFAULT '';
