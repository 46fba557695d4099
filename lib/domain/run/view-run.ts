import type { RunRow } from "@/lib/db/schema";
import type { RunView } from "@/lib/protocol/runs";

export const viewRun = ({ shown, ...run }: RunRow): RunView => ({
  id: run.id,
  kind: run.kind,
  source: run.source,
  path: run.path,
  pluginId: run.pluginId,
  state: run.state,
  exitCode: run.exitCode,
  signal: run.signal,
  stdout: run.stdout,
  stderr: run.stderr,
  ...shown,
  outputPath: run.outputPath,
  durationMs: run.durationMs,
  timeoutMs: run.timeoutMs,
  createdBy: run.createdBy,
  createdAt: run.createdAt.toISOString(),
  endedAt: run.endedAt?.toISOString() ?? null,
});
