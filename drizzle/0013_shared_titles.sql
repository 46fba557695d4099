DROP INDEX "workroom_shares_org_id_user_id_idx";--> statement-breakpoint
ALTER TABLE "workroom_shares" ADD COLUMN "title" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "workroom_shares_org_id_user_id_idx" ON "workroom_shares" USING btree ("org_id","user_id","listed_at","workroom_id","created_by","title");--> statement-breakpoint
CREATE OR REPLACE FUNCTION workroom_shares_set_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT workroom_listed_at(r), workroom_is_urgent(r), r.title INTO NEW.listed_at, NEW.is_urgent, NEW.title
    FROM workrooms r WHERE r.id = NEW.workroom_id;
  NEW.is_urgent := coalesce(NEW.is_urgent, false);
  NEW.title := coalesce(NEW.title, '');
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE OR REPLACE FUNCTION workrooms_keep_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE workroom_shares
    SET listed_at = workroom_listed_at(NEW), is_urgent = workroom_is_urgent(NEW), title = NEW.title
    WHERE workroom_id = NEW.id;
  -- Who gets the rooms of somebody who has left also stands for what they shared.
  UPDATE workroom_shares SET created_by = NEW.created_by
    WHERE workroom_id = NEW.id AND created_by = OLD.created_by AND OLD.created_by <> NEW.created_by;
  RETURN NULL;
END $$;--> statement-breakpoint
DROP TRIGGER workrooms_keep_shares ON workrooms;--> statement-breakpoint
CREATE TRIGGER workrooms_keep_shares
  AFTER UPDATE OF last_active_at, deleted_at, is_draft, attention, state, title, created_by ON workrooms
  FOR EACH ROW
  WHEN (workroom_listed_at(OLD) IS DISTINCT FROM workroom_listed_at(NEW)
    OR workroom_is_urgent(OLD) IS DISTINCT FROM workroom_is_urgent(NEW)
    OR OLD.title <> NEW.title OR OLD.created_by <> NEW.created_by)
  EXECUTE FUNCTION workrooms_keep_shares();--> statement-breakpoint
SELECT set_config('workroom.scope', 'system', true);--> statement-breakpoint
UPDATE workroom_shares s SET title = r.title FROM workrooms r WHERE r.id = s.workroom_id;--> statement-breakpoint
SELECT set_config('workroom.scope', '', true);--> statement-breakpoint
-- Written as a range, so that the planner looks each person up in the index. As an equality it reads all members of all
-- organisations into a hash, for a page of names.
ALTER POLICY colleagues ON users USING (
  workroom_is_system()
  OR EXISTS (
    SELECT 1 FROM org_members m
    WHERE m.org_id = workroom_org() AND m.user_id >= users.id AND m.user_id <= users.id)
);
