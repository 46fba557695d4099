DROP INDEX "workrooms_org_id_last_active_at_idx";--> statement-breakpoint
DROP INDEX "workrooms_org_id_created_by_last_active_at_idx";--> statement-breakpoint
DROP INDEX "workroom_shares_org_id_user_id_idx";--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "workroom_id" text;--> statement-breakpoint
ALTER TABLE "workroom_shares" ADD COLUMN "listed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "workroom_shares" ADD COLUMN "is_urgent" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "main_chat_id" text;--> statement-breakpoint
CREATE INDEX "messages_queued_idx" ON "messages" USING btree ("workroom_id") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "turns_open_idx" ON "turns" USING btree ("org_id","workroom_id") WHERE finished_at is null;--> statement-breakpoint
CREATE INDEX "workroom_marks_pinned_idx" ON "workroom_marks" USING btree ("org_id","user_id") WHERE pinned_at is not null;--> statement-breakpoint
CREATE INDEX "workroom_shares_urgent_idx" ON "workroom_shares" USING btree ("org_id","user_id","listed_at","workroom_id") WHERE is_urgent;--> statement-breakpoint
CREATE INDEX "workrooms_org_id_idx" ON "workrooms" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "workrooms_mine_idx" ON "workrooms" USING btree ("org_id","created_by","last_active_at","id","title") WHERE deleted_at is null and not is_draft;--> statement-breakpoint
CREATE INDEX "workrooms_open_idx" ON "workrooms" USING btree ("org_id","last_active_at","id","created_by","title") WHERE deleted_at is null and not is_draft and openness = 'open';--> statement-breakpoint
CREATE INDEX "workrooms_urgent_idx" ON "workrooms" USING btree ("org_id","created_by","last_active_at","id") WHERE deleted_at is null and not is_draft and (attention in ('needs_you', 'failed') or state = 'failed');--> statement-breakpoint
CREATE INDEX "workroom_shares_org_id_user_id_idx" ON "workroom_shares" USING btree ("org_id","user_id","listed_at","workroom_id","created_by");--> statement-breakpoint
-- What a list sorts and filters by is kept where the list's index is, by the database itself: no writer can forget it.
CREATE FUNCTION messages_set_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT workroom_id INTO NEW.workroom_id FROM chats WHERE id = NEW.chat_id;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER messages_set_room BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION messages_set_room();--> statement-breakpoint
CREATE FUNCTION chats_set_main() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workrooms SET main_chat_id = NEW.id WHERE id = NEW.workroom_id AND main_chat_id IS NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER chats_set_main AFTER INSERT ON chats FOR EACH ROW EXECUTE FUNCTION chats_set_main();--> statement-breakpoint
CREATE FUNCTION workroom_listed_at(room workrooms) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN room.deleted_at IS NULL AND NOT room.is_draft THEN room.last_active_at END $$;--> statement-breakpoint
CREATE FUNCTION workroom_is_urgent(room workrooms) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT coalesce(room.attention IN ('needs_you', 'failed'), false) OR room.state = 'failed' $$;--> statement-breakpoint
CREATE FUNCTION workroom_shares_set_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT workroom_listed_at(r), workroom_is_urgent(r) INTO NEW.listed_at, NEW.is_urgent
    FROM workrooms r WHERE r.id = NEW.workroom_id;
  NEW.is_urgent := coalesce(NEW.is_urgent, false);
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER workroom_shares_set_list BEFORE INSERT ON workroom_shares
  FOR EACH ROW EXECUTE FUNCTION workroom_shares_set_list();--> statement-breakpoint
CREATE FUNCTION workrooms_keep_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workroom_shares SET listed_at = workroom_listed_at(NEW), is_urgent = workroom_is_urgent(NEW)
    WHERE workroom_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER workrooms_keep_shares AFTER UPDATE OF last_active_at, deleted_at, is_draft, attention, state ON workrooms
  FOR EACH ROW
  WHEN (workroom_listed_at(OLD) IS DISTINCT FROM workroom_listed_at(NEW)
    OR workroom_is_urgent(OLD) IS DISTINCT FROM workroom_is_urgent(NEW))
  EXECUTE FUNCTION workrooms_keep_shares();--> statement-breakpoint
SELECT set_config('workroom.scope', 'system', true);--> statement-breakpoint
UPDATE messages m SET workroom_id = c.workroom_id FROM chats c WHERE c.id = m.chat_id;--> statement-breakpoint
UPDATE workrooms r SET main_chat_id = (
  SELECT c.id FROM chats c WHERE c.workroom_id = r.id ORDER BY c.created_at, c.id LIMIT 1
);--> statement-breakpoint
UPDATE workroom_shares s SET listed_at = workroom_listed_at(r), is_urgent = workroom_is_urgent(r)
  FROM workrooms r WHERE r.id = s.workroom_id;--> statement-breakpoint
SELECT set_config('workroom.scope', '', true);
