-- The same taking in of frames as before; it now answers how each chat grew: its last number before, and the turns of the
-- new rows in order. With that, the web that wrote them hands them to its own pages without reading them back.
DROP FUNCTION append_frames(text, text, integer, jsonb);--> statement-breakpoint
CREATE FUNCTION append_frames(p_org text, p_room text, p_epoch integer, p_frames jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  mark integer;
  top integer;
  grown jsonb := '[]';
  added jsonb;
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
    WITH new AS (
      INSERT INTO events (chat_id, seq, org_id, turn_id, ts, source, type, data)
      SELECT chat.id, base + row_number() OVER (ORDER BY (f->>'n')::integer), p_org,
        (SELECT t.id FROM turns t WHERE t.id = f->>'turnId' AND t.chat_id = chat.id),
        (f->>'ts')::timestamptz, 'engine', f->>'type', coalesce(f->'data', 'null'::jsonb)
      FROM jsonb_array_elements(p_frames) f
      WHERE (f->>'n')::integer > mark AND f->>'chatId' = chat.id
      RETURNING seq, turn_id
    ) SELECT jsonb_agg(turn_id ORDER BY seq) INTO added FROM new;
    grown := grown || jsonb_build_object('chatId', chat.id, 'base', base, 'turnIds', added);
  END LOOP;
  UPDATE workrooms SET frame_epoch = p_epoch, frame_n = top, last_active_at = now() WHERE id = p_room;
  RETURN grown;
END $$;
