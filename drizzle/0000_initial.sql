CREATE TABLE "chats" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"title" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seq" integer DEFAULT 0 NOT NULL,
	"agent_session_id" text
);
--> statement-breakpoint
CREATE TABLE "events" (
	"chat_id" text NOT NULL,
	"seq" integer NOT NULL,
	"org_id" text NOT NULL,
	"turn_id" text,
	"ts" timestamp with time zone NOT NULL,
	"source" text NOT NULL,
	"type" text NOT NULL,
	"data" jsonb NOT NULL,
	CONSTRAINT "events_chat_id_seq_pk" PRIMARY KEY("chat_id","seq")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"chat_id" text NOT NULL,
	"author_id" text NOT NULL,
	"text" text NOT NULL,
	"attachments" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"position" bigint NOT NULL,
	"idempotency_key" text NOT NULL,
	"turn_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"chat_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"message_id" text NOT NULL,
	"state" text DEFAULT 'running' NOT NULL,
	"epoch" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"message" text,
	"is_scripted" boolean DEFAULT false NOT NULL,
	"employee_label" text NOT NULL,
	"model_key_id" text,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"start_checkpoint_id" text,
	"end_checkpoint_id" text,
	"undone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"action" text NOT NULL,
	"object_id" text,
	"detail" text DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "org_members" (
	"org_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "org_members_org_id_user_id_pk" PRIMARY KEY("org_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "orgs" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "orgs_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"window_ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"user_agent" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"secret_hash" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" text,
	"session_id" text,
	"org_id" text,
	"object_id" text,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "model_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"user_id" text,
	"provider" text NOT NULL,
	"label" text NOT NULL,
	"model_id" text NOT NULL,
	"base_url" text NOT NULL,
	"secret_box" text NOT NULL,
	"last_four" text NOT NULL,
	"is_default" boolean DEFAULT false NOT NULL,
	"monthly_cap_micro_usd" bigint,
	"last_error" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "model_usage" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"turn_id" text NOT NULL,
	"model_key_id" text NOT NULL,
	"input_tokens" integer NOT NULL,
	"output_tokens" integer NOT NULL,
	"cost_micro_usd" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "app_versions" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"app_id" text NOT NULL,
	"number" integer NOT NULL,
	"checkpoint_id" text NOT NULL,
	"manifest" jsonb NOT NULL,
	"source_path" text NOT NULL,
	"is_file" boolean NOT NULL,
	"file_count" integer NOT NULL,
	"total_bytes" bigint NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"published_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"slug" text NOT NULL,
	"audience" text DEFAULT 'private' NOT NULL,
	"live_version_id" text,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "apps_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"id" text NOT NULL,
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"seq" integer NOT NULL,
	"epoch" integer NOT NULL,
	"manifest" jsonb NOT NULL,
	"segments" jsonb NOT NULL,
	"reason" text NOT NULL,
	"turn_id" text,
	"actor_id" text,
	"added" integer NOT NULL,
	"changed" integer NOT NULL,
	"removed" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkpoints_workroom_id_seq_pk" PRIMARY KEY("workroom_id","seq"),
	CONSTRAINT "checkpoints_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "workrooms" (
	"id" text PRIMARY KEY NOT NULL,
	"org_id" text NOT NULL,
	"title" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"openness" text DEFAULT 'private' NOT NULL,
	"desired_state" text NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'sleeping' NOT NULL,
	"transition" text,
	"reason" text DEFAULT 'create' NOT NULL,
	"failure" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"boot_ms" integer,
	"wall_probes" jsonb,
	"walls_checked_at" timestamp with time zone,
	"preview_ports" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"preview_key" text NOT NULL,
	"last_active_at" timestamp with time zone DEFAULT now() NOT NULL,
	"is_draft" boolean DEFAULT false NOT NULL,
	"deleted_at" timestamp with time zone,
	"frame_epoch" integer DEFAULT 0 NOT NULL,
	"frame_n" integer DEFAULT 0 NOT NULL,
	"is_disk_local" boolean DEFAULT false NOT NULL,
	CONSTRAINT "workrooms_preview_key_unique" UNIQUE("preview_key")
);
--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_chat_id_chats_id_fk" FOREIGN KEY ("chat_id") REFERENCES "public"."chats"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "org_members" ADD CONSTRAINT "org_members_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "org_members" ADD CONSTRAINT "org_members_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_versions" ADD CONSTRAINT "app_versions_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apps" ADD CONSTRAINT "apps_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workrooms" ADD CONSTRAINT "workrooms_org_id_orgs_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."orgs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workrooms" ADD CONSTRAINT "workrooms_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "chats_org_id_idx" ON "chats" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "chats_workroom_id_idx" ON "chats" USING btree ("workroom_id");--> statement-breakpoint
CREATE INDEX "events_org_id_idx" ON "events" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "messages_org_id_idx" ON "messages" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "messages_chat_id_state_position_idx" ON "messages" USING btree ("chat_id","state","position");--> statement-breakpoint
CREATE UNIQUE INDEX "messages_chat_id_idempotency_key_idx" ON "messages" USING btree ("chat_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "turns_org_id_idx" ON "turns" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "turns_chat_id_started_at_idx" ON "turns" USING btree ("chat_id","started_at");--> statement-breakpoint
CREATE INDEX "turns_state_idx" ON "turns" USING btree ("state");--> statement-breakpoint
CREATE INDEX "turns_workroom_id_idx" ON "turns" USING btree ("workroom_id");--> statement-breakpoint
CREATE INDEX "audit_entries_org_id_created_at_idx" ON "audit_entries" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_entries_id_idx" ON "audit_entries" USING btree ("id");--> statement-breakpoint
CREATE INDEX "org_members_user_id_idx" ON "org_members" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "tickets_expires_at_idx" ON "tickets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "model_keys_org_id_idx" ON "model_keys" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "model_usage_org_id_created_at_idx" ON "model_usage" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE INDEX "model_usage_model_key_id_created_at_idx" ON "model_usage" USING btree ("model_key_id","created_at");--> statement-breakpoint
CREATE INDEX "app_versions_org_id_idx" ON "app_versions" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "app_versions_app_id_number_idx" ON "app_versions" USING btree ("app_id","number");--> statement-breakpoint
CREATE INDEX "apps_org_id_idx" ON "apps" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "apps_workroom_id_idx" ON "apps" USING btree ("workroom_id");--> statement-breakpoint
CREATE INDEX "checkpoints_org_id_idx" ON "checkpoints" USING btree ("org_id");--> statement-breakpoint
CREATE INDEX "workrooms_org_id_last_active_at_idx" ON "workrooms" USING btree ("org_id","last_active_at");--> statement-breakpoint
CREATE INDEX "workrooms_state_idx" ON "workrooms" USING btree ("state");