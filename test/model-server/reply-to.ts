import type { Conversation, Reply } from "./conversation";

type Script = { words: RegExp; steps: ((conversation: Conversation) => Reply)[] };

const call = (say: string, name: string, input: Record<string, unknown>) => (): Reply => ({
  say,
  call: { name, input },
});
const say = (text: (conversation: Conversation) => string) => (conversation: Conversation) => ({
  say: text(conversation),
  call: null,
});

const scripts: Script[] = [
  {
    words: /write a file/i,
    steps: [
      call("First the plan.", "plan", {
        steps: [{ content: "Write the file", status: "in_progress" }],
      }),
      call("I write the file.", "write", { path: "hello.txt", content: "hello\nfrom the model\n" }),
      call("Now a command.", "bash", {
        command: "wc -l < hello.txt; echo answer=42",
        doing: "Counting the lines",
        done: "Counted the lines",
      }),
      say(({ toolResults }) => `Finished. The command printed: ${toolResults.at(-1) ?? "nothing"}`),
    ],
  },
  {
    words: /run: /i,
    steps: [
      ({ users }) => ({
        say: "",
        call: { name: "bash", input: { command: users.at(-1)?.split("run: ")[1] ?? "true" } },
      }),
      say(({ toolResults }) => `It printed: ${toolResults.at(-1) ?? "nothing"}`),
    ],
  },
  {
    words: /use a tool that is not there/i,
    steps: [
      call("I try.", "teleport", { to: "the moon" }),
      say(({ toolResults }) => `That did not work: ${toolResults.at(-1) ?? ""}`),
    ],
  },
  {
    words: /remember/i,
    steps: [say(({ users }) => `You said: ${users.slice(0, -1).join(" | ")}`)],
  },
];

/** The scripted model: what it says depends on the last thing a person said and on how far its steps have come. */
export function replyTo(conversation: Conversation): Reply {
  const words = conversation.users.at(-1) ?? "";
  const script = scripts.find((candidate) => candidate.words.test(words));
  const step = script?.steps[conversation.toolResults.length] ?? script?.steps.at(-1);
  return step?.(conversation) ?? { say: `You said: ${words.slice(0, 200)}`, call: null };
}

/** A reply streams in pieces of this size. */
export const pieces = (text: string): string[] => text.match(/[\s\S]{1,12}/g) ?? [];
