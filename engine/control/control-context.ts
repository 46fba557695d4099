import type { EngineSettings } from "../config";
import type { Spool } from "../events/spool";
import type { AgentSide } from "../room/agent-side";
import type { Turns } from "../turns/turns";

/** The parts of the engine that the control protocol reaches. */
export type ControlContext = {
  settings: EngineSettings;
  side: AgentSide;
  spool: Spool;
  turns: Turns;
  startedAt: string;
  apiUrl: string;
};
