import { basename, extname } from "node:path";
import type { ChatSoFar } from "./chat-so-far";
import { fillAll, fillTemplate, type Variables } from "./fill-template";
import { recordedTurns, type Step } from "./recorded-turns";

export type PlayedStep = { say: string; call: { toolName: string; input: unknown } | null };

/**
 * What the demo employee says and does next. It keeps no state: the recorded turn is chosen by the person's words, and
 * played again over the results so far up to the answer that is due.
 */
export function nextStep(chat: ChatSoFar, workspace: string): PlayedStep {
  const turn = recordedTurns.find(({ matches }) => matches.test(chat.words));
  const captured: Record<string, string> = {};
  let answer = 0;
  let result = 0;
  for (const step of turn?.steps ?? []) {
    const variables = variablesOf(chat, workspace, captured);
    if (!isPlayed(step, variables)) continue;
    if (answer === chat.answersInTurn) return play(step, variables);
    answer += 1;
    if (!step.tool) break;
    capture(step, chat.results[result] ?? "", captured);
    result += 1;
  }
  return { say: "", call: null };
}

function isPlayed(step: Step, variables: Variables): boolean {
  if (step.if && !variables[step.if]) return false;
  if (step.unless && variables[step.unless]) return false;
  return !step.unlessEqual || variables[step.unlessEqual[0]] !== step.unlessEqual[1];
}

function play(step: Step, variables: Variables): PlayedStep {
  const say = fillTemplate(step.say ?? "", variables);
  if (!step.tool) return { say, call: null };
  return { say, call: { toolName: step.tool, input: fillAll(step.input ?? {}, variables) } };
}

function capture(step: Step, result: string, captured: Record<string, string>): void {
  for (const [name, pattern] of Object.entries(step.capture ?? {})) {
    const found = new RegExp(pattern, "m").exec(result)?.[1];
    if (found !== undefined) captured[name] = found;
  }
}

function variablesOf(
  chat: ChatSoFar,
  workspace: string,
  captured: Readonly<Record<string, string>>,
): Variables {
  const table = captured["csv"] ?? "";
  const cleanName = `output/${basename(table, extname(table))}-clean.csv`;
  return {
    workspace,
    attached: chat.attachedTable,
    number: chat.number,
    recall: chat.recall,
    builder: `${workspace}/dashboard/build.py`,
    folder: `${workspace}/output/dashboard`,
    target: `${workspace}/output/dashboard/index.html`,
    cleaner: `${workspace}/cleaning/clean.py`,
    cleanName,
    clean: `${workspace}/${cleanName}`,
    summarizer: `${workspace}/summary/summarize.py`,
    summary: `${workspace}/output/summary.md`,
    ...captured,
  };
}
