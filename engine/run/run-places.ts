/** As in lib/protocol/runs.ts, which needs the schema library: an idle engine does without it. */
export const RUNS_FOLDER = ".runs";
