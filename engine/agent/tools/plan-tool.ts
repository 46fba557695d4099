import { z } from "zod";
import { makeTool } from "./make-tool";
import { type ToolContext, type ToolOutcome } from "./tool-outcome";

export const makePlanTool = ({ send }: ToolContext) =>
  makeTool({
    description:
      "Show the plan as a checklist. Call it before you start, and again whenever a step starts or is done. Short steps, plain words.",
    inputSchema: z.object({
      steps: z
        .array(
          z.object({
            content: z.string().max(300),
            status: z.enum(["pending", "in_progress", "completed"]),
          }),
        )
        .max(50),
    }),
    execute: ({ steps }): ToolOutcome => {
      const entries = steps.map((step) => ({ ...step, priority: "medium" as const }));
      send({ sessionUpdate: "plan", entries });
      return { text: "The plan is shown." };
    },
  });
