import type { Client } from "pg";

type Size = {
  rooms: number;
  members: number;
  eventsPerRoom: number;
  /** Every so many-th room is the owner's own; at least a page of them, so that both sides list one. */
  ownEvery: number;
};

/**
 * Fills an organisation with members, and rooms with chats, messages, turns and events; some rooms are its
 * owner's, most others are open, some are shared. Straight into the tables, since a person would need a year.
 */
export async function fillOrganisation(
  client: Client,
  { orgId, ownerId, prefix }: { orgId: string; ownerId: string; prefix: string },
  { rooms, members, eventsPerRoom, ownEvery }: Size,
): Promise<void> {
  const run = (text: string) =>
    client.query(
      text
        .replaceAll(":org", `'${orgId}'`)
        .replaceAll(":owner", `'${ownerId}'`)
        .replaceAll(":p", prefix)
        .replaceAll(":rooms", String(rooms))
        .replaceAll(":members", String(members))
        .replaceAll(":events", String(eventsPerRoom))
        .replaceAll(":every", String(ownEvery)),
    );
  await run(`insert into users (id, email, name) select 'usr_' || lpad(':p' || n, 20, '0'), 'm:p' || n || '@example.test', 'Member ' || n
    from generate_series(1, :members) n`);
  await run(`insert into org_members (org_id, user_id, role) select :org, 'usr_' || lpad(':p' || n, 20, '0'), 'member'
    from generate_series(1, :members) n`);
  await run(`insert into workrooms (id, org_id, title, created_by, openness, desired_state, state, preview_key,
      last_active_at, created_at)
    select 'wr_' || lpad(':p' || n, 20, '0'), :org, 'Room ' || n, case when n % :every = 0 then :owner else 'usr_' || lpad(':p' || (1 + n % :members), 20, '0') end,
      case when n % 5 = 0 then 'private' else 'open' end, 'sleeping', 'sleeping', 'key:p' || n,
      now() - n * interval '1 minute', now() - n * interval '1 hour'
    from generate_series(1, :rooms) n`);
  await run(`insert into chats (id, org_id, workroom_id, title, created_by, last_seq)
    select 'ch_' || lpad(':p' || n, 20, '0'), :org, 'wr_' || lpad(':p' || n, 20, '0'), 'Chat', :owner, :events from generate_series(1, :rooms) n`);
  await run(`insert into messages (id, org_id, chat_id, author_id, text, position, idempotency_key, state)
    select 'msg_' || lpad(':p' || n, 20, '0'), :org, 'ch_' || lpad(':p' || n, 20, '0'), :owner, 'Build it', 1, 'k', 'sent' from generate_series(1, :rooms) n`);
  await run(`insert into turns (id, org_id, chat_id, workroom_id, message_id, state, epoch, employee_label, ended_at,
      finished_at)
    select 'trn_' || lpad(':p' || n, 20, '0'), :org, 'ch_' || lpad(':p' || n, 20, '0'), 'wr_' || lpad(':p' || n, 20, '0'), 'msg_' || lpad(':p' || n, 20, '0'), 'done', 1, 'Demo', now(), now()
    from generate_series(1, :rooms) n`);
  await run(`insert into workroom_shares (org_id, workroom_id, user_id, access, created_by)
    select :org, 'wr_' || lpad(':p' || n, 20, '0'), case when n % 2 = 0 then :owner else '*' end, 'edit', 'usr_' || lpad(':p1', 20, '0')
    from generate_series(5, :rooms, 25) n where n % :every <> 0`);
  await run(`insert into events (chat_id, seq, org_id, turn_id, ts, source, type, data)
    select 'ch_' || lpad(':p' || n, 20, '0'), s, :org, 'trn_' || lpad(':p' || n, 20, '0'), now(), 'engine', 'tool_call', '{"title":"Wrote a file"}'
    from generate_series(1, :rooms) n, generate_series(1, :events) s`);
}
