/** Folder at the root of a workspace for what runs leave: long outputs and figures. */
export const RUNS_FOLDER = ".runs";
