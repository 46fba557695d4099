import type { z } from "zod";
import type { Context } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import * as files from "@/lib/domain/file/file-verbs";
import { fileTools } from "@/lib/mcp/file-tools";
import type { Tool } from "@/lib/mcp/tool";
import { type FileOp, type FileOpInput, readCaps } from "@/lib/protocol/file-ops";
import { verbs } from "@/lib/server/verbs/registry";
import { callerName, callKind, restLimiter } from "@/lib/server/verbs/rate-limit";

/** Answers the workspace of a call; a session of the caller's is opened by the first one that needs it. */
type FindWorkspace = () => Promise<string>;

/** The tools of a workspace for one caller: the same verbs as REST, under the same limits. */
export function workspaceTools(ctx: Context, findWorkspace: FindWorkspace): Tool[] {
  const count = ({ action, rest }: Pick<Verb, "action" | "rest">): void => {
    if (ctx.actor.kind !== "user") return;
    const kind = callKind({ action, rest });
    restLimiter.count(callerName(ctx.actor), kind, ctx.settings.apiRate, new Headers());
  };
  const runFileOp = async (op: FileOp, input: object) => {
    const verb = fileVerbs[op];
    count(verb);
    const workspaceId = await findWorkspace();
    if (op === "read")
      return files.readContentOf(ctx, workspaceId, input as FileOpInput<"read">, readCaps.mcp);
    return verb.run(ctx, { workspaceId, ...input });
  };
  return [
    ...fileTools(runFileOp),
    ...verbs.flatMap((verb) => {
      const name = programTools[verb.name];
      return name === undefined ? [] : [verbTool(name, verb, ctx, findWorkspace, count)];
    }),
  ];
}

const fileVerbs = Object.fromEntries(
  Object.values(files).flatMap((verb) =>
    typeof verb === "object" ? [[verb.name.slice("file.".length), verb]] : [],
  ),
) as unknown as Readonly<Record<FileOp, Verb>>;

/** Verbs that run programs in the workspace's sandbox, and what their tools are called. */
const programTools: Readonly<Record<string, string>> = {
  "workspace.exec": "exec",
  "run.python": "run_python",
  "run.javascript": "run_javascript",
  "run.plugin": "run_plugin",
};

function verbTool(
  name: string,
  made: Verb,
  ctx: Context,
  findWorkspace: FindWorkspace,
  count: (verb: Verb) => void,
): Tool {
  const verb = made as unknown as Verb<z.ZodObject, z.ZodObject>;
  return {
    name,
    description: verb.summary,
    input: verb.input.omit({ workspaceId: true }).strict(),
    output: verb.output,
    isReadOnly: verb.rest.method === "GET",
    async run(input) {
      count(verb);
      return verb.run(ctx, { ...input, workspaceId: await findWorkspace() });
    },
  };
}
