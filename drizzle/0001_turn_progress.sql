ALTER TABLE "turns" ADD COLUMN "accepted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "finished_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "turns" ADD COLUMN "grant_box" text;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "booted_at" timestamp with time zone;