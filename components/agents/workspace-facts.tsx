import type { ReactNode } from "react";
import { RelativeTime } from "@/components/ui/relative-time";
import { countOf, formatBytes } from "@/lib/client/format";
import type { WorkspaceView } from "@/lib/protocol/workspace-views";

/** Where it lies, what its output holds, when it was saved. */
export function WorkspaceFacts({ workspace }: { workspace: WorkspaceView }) {
  const { root, storage, usage, quota, savedAt } = workspace;
  return (
    <dl className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <Fact name="Folder">
        <code className="font-mono text-[0.8125rem] break-all">/{root}/</code>
      </Fact>
      <Fact name="Kept in">{storage.name}</Fact>
      <Fact name="In output/">
        {usage ? (
          <>
            {countOf(usage.files, "file")}
            {quota && ` of ${quota.maxFiles.toLocaleString("en")}`}, {formatBytes(usage.bytes)}
            {quota && ` of ${formatBytes(quota.maxTotalBytes)}`}
          </>
        ) : (
          "Nothing yet"
        )}
      </Fact>
      <Fact name="Saved">{savedAt ? <RelativeTime at={savedAt} /> : "Nothing to save yet"}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <dt className="text-[0.8125rem] text-muted-foreground">{name}</dt>
      <dd className="text-sm break-words">{children}</dd>
    </div>
  );
}
