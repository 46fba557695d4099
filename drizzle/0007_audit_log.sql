CREATE TABLE "audit_unsealed" (
	"org_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "audit_entries_org_id_created_at_idx";--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "object_title" text;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "workroom_id" text;--> statement-breakpoint
CREATE INDEX "audit_unsealed_org_id_idx" ON "audit_unsealed" USING btree ("org_id","created_at","entry_id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor_id_idx" ON "audit_entries" USING btree ("org_id","actor_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_action_idx" ON "audit_entries" USING btree ("org_id","action","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_object_id_idx" ON "audit_entries" USING btree ("org_id","object_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_workroom_id_idx" ON "audit_entries" USING btree ("org_id","workroom_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_org_id_created_at_idx" ON "audit_entries" USING btree ("org_id","created_at","id");--> statement-breakpoint
ALTER TABLE audit_unsealed ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE audit_unsealed FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON audit_unsealed USING (org_id = workroom_org() OR workroom_is_system()) WITH CHECK (org_id = workroom_org() OR workroom_is_system());--> statement-breakpoint
-- Each entry waits for its seal; the database itself notes it, so no writer can forget to.
CREATE FUNCTION audit_entries_wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (org_id, entry_id, created_at) VALUES (NEW.org_id, NEW.id, NEW.created_at);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER audit_entries_wait_for_seal AFTER INSERT ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION audit_entries_wait_for_seal();--> statement-breakpoint
SELECT set_config('workroom.scope', 'system', true);--> statement-breakpoint
INSERT INTO audit_unsealed (org_id, entry_id, created_at) SELECT org_id, id, created_at FROM audit_entries;--> statement-breakpoint
SELECT set_config('workroom.scope', '', true);
