import { makeBashTool } from "./bash-tool";
import { makeEditTool } from "./edit-tool";
import { makePlanTool } from "./plan-tool";
import { makeReadTool } from "./read-tool";
import { makeSearchTool } from "./search-tool";
import type { ToolContext } from "./tool-outcome";
import { makeWriteTool } from "./write-tool";

export const makeTools = (context: ToolContext) => ({
  plan: makePlanTool(context),
  read: makeReadTool(context),
  write: makeWriteTool(context),
  edit: makeEditTool(context),
  bash: makeBashTool(context),
  search: makeSearchTool(context),
});
