CREATE TABLE "mirrored_objects" (
	"org_id" text NOT NULL,
	"workroom_id" text NOT NULL,
	"path" text NOT NULL,
	"etag" text NOT NULL,
	"sha256" text NOT NULL,
	CONSTRAINT "mirrored_objects_workroom_id_path_pk" PRIMARY KEY("workroom_id","path")
);
--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "mirrored_seq" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "workrooms" ADD COLUMN "bucket_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mirrored_objects" ADD CONSTRAINT "mirrored_objects_workroom_id_workrooms_id_fk" FOREIGN KEY ("workroom_id") REFERENCES "public"."workrooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mirrored_objects_org_id_idx" ON "mirrored_objects" USING btree ("org_id");--> statement-breakpoint
ALTER TABLE mirrored_objects ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE mirrored_objects FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON mirrored_objects USING (org_id = workroom_org() OR workroom_is_system()) WITH CHECK (org_id = workroom_org() OR workroom_is_system());
