/** Where the engine is reached in a room. Apart from the schemas: the engine starts without the schema library. */
export const engineDefaults = {
  /** Tools-only API, on 127.0.0.1. */
  toolsPort: 3737,
  /** Holds `engine.sock`, the control protocol, and `model.sock`, the host's end of the model gateway. */
  runDir: "/run/engine",
  /** Spool of the frames and journal of the turns; kept over the lives of the sandbox. */
  stateDir: "/var/lib/engine",
  workspaceDir: "/workspace",
  homeDir: "/home/agent",
} as const;
