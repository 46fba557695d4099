import { expect } from "vitest";
import type { LogEntry, SoakedRoom, Turn } from "./soaked-room";

const ended = ["done", "interrupted", "failed"];

/** After all the killing: every message had one turn, the log is whole, and each file is as it was uploaded. */
export async function checkNothingLost(room: SoakedRoom): Promise<void> {
  const [turns, log] = [await room.turns(), await room.log()];
  const sent = room.said.map(({ id }) => id);
  expect(turns.map(({ messageId }) => messageId)).toEqual(sent);
  expect(turns.filter(({ state }) => !ended.includes(state))).toEqual([]);
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_entry, index) => index + 1));
  for (const state of ["queued", "sent"]) expect(loggedAs(state, log)).toEqual(sent);
  for (const turn of turns) checkTurn(room, turn, log);
  for (const [path, text] of room.files)
    expect([path, await room.download(path)]).toEqual([path, text]);
}

/** A message is logged when it is queued and again when its turn begins. */
const loggedAs = (state: string, log: LogEntry[]) =>
  log
    .filter(({ type }) => type === "chat/message")
    .map(({ data }) => data as { id: string; state: string })
    .filter((message) => message.state === state)
    .map(({ id }) => id);

/** What the employee said and printed is in the log once: all of it when the turn was not cut, else a beginning. */
function checkTurn(room: SoakedRoom, turn: Turn, log: LogEntry[]): void {
  const text = room.said.find(({ id }) => id === turn.messageId)?.text ?? "";
  const count = Number(/\d+/.exec(text)?.[0]);
  const whole = `I count, one number a second.Done: ${count}.`;
  const mine = log.filter(({ turnId }) => turnId === turn.id);
  const said = mine
    .filter(({ type }) => type === "agent_message_chunk")
    .map(({ data }) => (data as { content: { text?: string } }).content.text ?? "")
    .join("")
    .replaceAll("\n", "");
  const what = { turn: turn.id, state: turn.state, text, said };
  if (turn.state === "done") expect(what).toMatchObject({ said: whole });
  else
    expect({ ...what, isBeginning: whole.startsWith(said) }).toMatchObject({ isBeginning: true });
  const starts = mine.filter(({ type }) => type === "engine/turn_started").length;
  const ends = mine.filter(({ type }) => type === "engine/turn_ended").length;
  expect({ ...what, starts: starts <= 1, ends: ends <= 1 }).toMatchObject({
    starts: true,
    ends: true,
  });
}
