CREATE TABLE "agents" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"name" text NOT NULL,
	"instructions" text DEFAULT '' NOT NULL,
	"workroom_id" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "plugins" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"name" text NOT NULL,
	"sha256" text NOT NULL,
	"size" integer NOT NULL,
	"key" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "storage_moves" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"from_storage_id" text,
	"to_storage_id" text,
	"state" text NOT NULL,
	"objects" integer DEFAULT 0 NOT NULL,
	"total_objects" integer,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"total_bytes" bigint,
	"failure" text,
	"started_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "storages" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"name" text NOT NULL,
	"endpoint" text,
	"region" text NOT NULL,
	"bucket" text NOT NULL,
	"prefix" text DEFAULT '' NOT NULL,
	"access_key_id" text NOT NULL,
	"secret_box" text NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"abilities" jsonb,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "workspace_commits" (
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"seq" integer NOT NULL,
	"epoch" integer NOT NULL,
	"key" text NOT NULL,
	"sha256" text NOT NULL,
	"bytes" bigint NOT NULL,
	"op_count" integer NOT NULL,
	"reason" text NOT NULL,
	"turn_id" text,
	"tool_call_id" text,
	"actor_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspace_commits_workroom_id_seq_pk" PRIMARY KEY("workroom_id","seq")
);
--> statement-breakpoint
CREATE TABLE "workspace_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"user_id" text NOT NULL,
	"channel" text NOT NULL,
	"name" text NOT NULL,
	"workroom_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
DROP INDEX "workrooms_mine_idx";--> statement-breakpoint
DROP INDEX "workrooms_open_idx";--> statement-breakpoint
DROP INDEX "workrooms_urgent_idx";--> statement-breakpoint
ALTER TABLE "checkpoints" ADD COLUMN "commit_seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "kind" text DEFAULT 'room' NOT NULL;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "root" text;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "storage_id" text;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "quota" jsonb;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "commit_seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "committed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agents" ADD CONSTRAINT "agents_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugins" ADD CONSTRAINT "plugins_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "storage_moves" ADD CONSTRAINT "storage_moves_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "storages" ADD CONSTRAINT "storages_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_commits" ADD CONSTRAINT "workspace_commits_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_sessions" ADD CONSTRAINT "workspace_sessions_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workspace_sessions" ADD CONSTRAINT "workspace_sessions_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agents_org_id_created_at_idx" ON "agents" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE INDEX "agents_workroom_id_idx" ON "agents" USING btree ("workroom_id");--> statement-breakpoint
CREATE INDEX "plugins_org_id_created_at_idx" ON "plugins" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE INDEX "storage_moves_org_id_idx" ON "storage_moves" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "storage_moves_workroom_id_idx" ON "storage_moves" USING btree ("workroom_id","created_at");--> statement-breakpoint
CREATE INDEX "storages_org_id_idx" ON "storages" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "workspace_commits_org_id_idx" ON "workspace_commits" USING btree ("org_id");--> statement-breakpoint
CREATE UNIQUE INDEX "workspace_sessions_name_idx" ON "workspace_sessions" USING btree ("org_id","user_id","channel","name");--> statement-breakpoint
CREATE INDEX "workspace_sessions_workroom_id_idx" ON "workspace_sessions" USING btree ("workroom_id");--> statement-breakpoint
CREATE INDEX "workrooms_storage_id_idx" ON "workrooms" USING btree ("storage_id") WHERE storage_id is not null;--> statement-breakpoint
CREATE INDEX "workrooms_mine_idx" ON "workrooms" USING btree ("org_id","created_by","last_active_at","id","title") WHERE deleted_at is null and not is_draft and kind = 'room';--> statement-breakpoint
CREATE INDEX "workrooms_open_idx" ON "workrooms" USING btree ("org_id","last_active_at","id","created_by","title") WHERE deleted_at is null and not is_draft and kind = 'room' and openness = 'open';--> statement-breakpoint
CREATE INDEX "workrooms_urgent_idx" ON "workrooms" USING btree ("org_id","created_by","last_active_at","id") WHERE deleted_at is null and not is_draft and kind = 'room' and (attention in ('needs_you', 'failed') or state = 'failed');--> statement-breakpoint
ALTER TABLE "workrooms" ADD CONSTRAINT "workrooms_root_unique" UNIQUE("root");--> statement-breakpoint
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'agents', 'plugins', 'storage_moves', 'storages', 'workspace_commits', 'workspace_sessions'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = workroom_org() OR workroom_is_system()) WITH CHECK (org_id = workroom_org() OR workroom_is_system())', name);
  END LOOP;
END $$;
