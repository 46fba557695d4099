-- When a room was last active stands in four indexes and is copied to its shares, so moving it with every batch of frames
-- made the dearest part of taking one in. It moves every ten seconds now, and at the end of a turn.
CREATE OR REPLACE FUNCTION append_frames(p_org text, p_room text, p_epoch integer, p_frames jsonb)
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
  UPDATE workrooms SET frame_epoch = p_epoch, frame_n = top,
    last_active_at = CASE WHEN last_active_at < now() - interval '10 seconds' THEN now() ELSE last_active_at END
    WHERE id = p_room;
  RETURN grown;
END $$;--> statement-breakpoint
-- The same for what nearly every batch is: frames of one chat, in order, from p_first to p_top, none taken in before. Two
-- statements are enough then. Whatever is otherwise goes the long way.
CREATE FUNCTION append_frames_in_order(
  p_org text, p_room text, p_epoch integer, p_frames jsonb, p_chat text, p_first integer, p_top integer)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  size integer := jsonb_array_length(p_frames);
  scope text;
  active_at timestamptz;
  base integer;
  added jsonb;
BEGIN
  scope := set_config('workroom.org_id', p_org, true);
  UPDATE workrooms SET frame_epoch = p_epoch, frame_n = p_top
    WHERE id = p_room AND epoch >= p_epoch
      AND (frame_epoch < p_epoch OR (frame_epoch = p_epoch AND frame_n < p_first))
    RETURNING last_active_at INTO active_at;
  IF NOT FOUND THEN RETURN append_frames(p_org, p_room, p_epoch, p_frames); END IF;
  IF active_at < now() - interval '10 seconds' THEN
    UPDATE workrooms SET last_active_at = now() WHERE id = p_room;
  END IF;
  WITH chat AS (
    UPDATE chats SET last_seq = last_seq + size WHERE id = p_chat AND workroom_id = p_room
    RETURNING last_seq - size AS base
  ), new AS (
    INSERT INTO events (chat_id, seq, org_id, turn_id, ts, source, type, data)
    SELECT p_chat, chat.base + at, p_org,
      (SELECT t.id FROM turns t WHERE t.id = f->>'turnId' AND t.chat_id = p_chat),
      (f->>'ts')::timestamptz, 'engine', f->>'type', coalesce(f->'data', 'null'::jsonb)
    FROM chat, jsonb_array_elements(p_frames) WITH ORDINALITY AS frames(f, at)
    RETURNING seq, turn_id
  ) SELECT min(seq) - 1, jsonb_agg(turn_id ORDER BY seq) INTO base, added FROM new;
  IF added IS NULL THEN RETURN '[]'; END IF;
  RETURN jsonb_build_array(jsonb_build_object('chatId', p_chat, 'base', base, 'turnIds', added));
END $$;
