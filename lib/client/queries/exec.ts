import { api } from "@/lib/client/api";

export type ExecOutcome = {
  stdout: string;
  stderr: string;
  exitCode: number | null;
  isTimedOut: boolean;
  isTruncated: boolean;
};

/** Runs one command in the room and waits for its end. */
export const execCommand = (workroomId: string, command: string, timeoutMs = 60_000) =>
  api<ExecOutcome>(`/workrooms/${workroomId}/exec`, {
    method: "POST",
    body: { command, timeoutMs },
    timeoutMs: timeoutMs + 15_000,
  });
