-- Row-level security, forced on the owner too: a transaction sees the rows of the organisation it has set, or all of
-- them when it has set the system scope. A transaction that has set neither sees nothing.
CREATE FUNCTION workroom_org() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT current_setting('workroom.org_id', true) $$;--> statement-breakpoint
CREATE FUNCTION workroom_is_system() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('workroom.scope', true), '') = 'system' $$;--> statement-breakpoint
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'org_members', 'audit_entries', 'workrooms', 'chats', 'messages', 'turns', 'events',
    'model_keys', 'model_usage', 'checkpoints', 'apps', 'app_versions'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY tenant ON %I USING (org_id = workroom_org() OR workroom_is_system()) WITH CHECK (org_id = workroom_org() OR workroom_is_system())', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['sessions', 'tickets', 'rate_limits'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY system_only ON %I USING (workroom_is_system()) WITH CHECK (workroom_is_system())', name);
  END LOOP;
END $$;--> statement-breakpoint
ALTER TABLE orgs ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE orgs FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY tenant ON orgs USING (id = workroom_org() OR workroom_is_system()) WITH CHECK (workroom_is_system());--> statement-breakpoint
ALTER TABLE users ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE users FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY colleagues ON users USING (
  workroom_is_system()
  OR EXISTS (SELECT 1 FROM org_members m WHERE m.user_id = users.id AND m.org_id = workroom_org())
) WITH CHECK (workroom_is_system());--> statement-breakpoint

-- Takes in a batch of engine frames in one round trip, exactly once: numbers them under their chats' row locks and
-- moves the room's frame mark. Frames already taken in and frames of a chat that is not the room's are dropped; frames
-- of an earlier epoch come before those of a later one. Answers the chats that grew; NULL when the room is gone.
CREATE FUNCTION append_frames(p_org text, p_room text, p_epoch integer, p_frames jsonb)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  mark integer;
  top integer;
  grown text[] := ARRAY[]::text[];
  chat record;
  base integer;
BEGIN
  PERFORM set_config('workroom.org_id', p_org, true);
  SELECT CASE WHEN frame_epoch = p_epoch THEN frame_n WHEN frame_epoch > p_epoch THEN NULL ELSE 0 END INTO mark
    FROM workrooms WHERE id = p_room AND epoch >= p_epoch FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF mark IS NULL THEN RETURN grown; END IF;
  SELECT max((f->>'n')::integer) INTO top FROM jsonb_array_elements(p_frames) f;
  IF top IS NULL OR top <= mark THEN RETURN grown; END IF;
  FOR chat IN
    SELECT f->>'chatId' AS id, count(*)::integer AS size
    FROM jsonb_array_elements(p_frames) f WHERE (f->>'n')::integer > mark
    GROUP BY 1 ORDER BY 1
  LOOP
    UPDATE chats SET last_seq = last_seq + chat.size
      WHERE id = chat.id AND workroom_id = p_room RETURNING last_seq - chat.size INTO base;
    CONTINUE WHEN NOT FOUND;
    INSERT INTO events (chat_id, seq, org_id, turn_id, ts, source, type, data)
      SELECT chat.id, base + row_number() OVER (ORDER BY (f->>'n')::integer), p_org,
        (SELECT t.id FROM turns t WHERE t.id = f->>'turnId' AND t.chat_id = chat.id),
        (f->>'ts')::timestamptz, 'engine', f->>'type', coalesce(f->'data', 'null'::jsonb)
      FROM jsonb_array_elements(p_frames) f
      WHERE (f->>'n')::integer > mark AND f->>'chatId' = chat.id;
    grown := grown || chat.id;
  END LOOP;
  UPDATE workrooms SET frame_epoch = p_epoch, frame_n = top, last_active_at = now() WHERE id = p_room;
  RETURN grown;
END $$;--> statement-breakpoint

-- Adds entries of the control plane to one chat's log; answers the last seq.
CREATE FUNCTION append_chat_events(p_org text, p_chat text, p_events jsonb)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE base integer;
BEGIN
  UPDATE chats SET last_seq = last_seq + jsonb_array_length(p_events)
    WHERE id = p_chat AND org_id = p_org RETURNING last_seq - jsonb_array_length(p_events) INTO base;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO events (chat_id, seq, org_id, turn_id, ts, source, type, data)
    SELECT p_chat, base + e.ordinality, p_org, e.value->>'turnId', now(), 'chat', e.value->>'type', e.value->'data'
    FROM jsonb_array_elements(p_events) WITH ORDINALITY e;
  RETURN base + jsonb_array_length(p_events);
END $$;--> statement-breakpoint

-- A chat's events after a seq, in one round trip and under the organisation's policy.
CREATE FUNCTION read_chat_events(p_org text, p_chat text, p_after integer, p_limit integer)
RETURNS SETOF events LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('workroom.org_id', p_org, true);
  RETURN QUERY SELECT * FROM events WHERE chat_id = p_chat AND seq > p_after ORDER BY seq LIMIT p_limit;
END $$;
