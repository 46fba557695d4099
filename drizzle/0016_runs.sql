CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"path" text,
	"plugin_id" text,
	"state" text NOT NULL,
	"exit_code" integer,
	"signal" text,
	"stdout" text DEFAULT '' NOT NULL,
	"stderr" text DEFAULT '' NOT NULL,
	"shown" jsonb NOT NULL,
	"output_path" text,
	"duration_ms" integer,
	"timeout_ms" integer NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runs_org_id_idx" ON "runs" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "runs_workroom_id_idx" ON "runs" USING btree ("workroom_id","created_at","id");--> statement-breakpoint
ALTER TABLE "runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "runs" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON "runs" USING (org_id = workroom_org() OR workroom_is_system()) WITH CHECK (org_id = workroom_org() OR workroom_is_system());
