"use client";
import { useId } from "react";
import { apiKeyScopes, apiKeyScopeWords } from "@/lib/protocol/api-keys";

/** What a key may do: each scope with a sentence. */
export function ScopeChoice({ error }: { error: string | undefined }) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? id : undefined} className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">What it may do</legend>
      <div className="divide-y rounded-lg border">
        {apiKeyScopes.map((scope) => (
          <label
            key={scope}
            className="grid min-h-11 cursor-pointer grid-cols-[auto_1fr] gap-x-3 px-3 py-2 first:rounded-t-lg last:rounded-b-lg has-checked:bg-accent has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-ring"
          >
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              defaultChecked={scope === "read"}
              className="mt-1 accent-primary outline-none"
            />
            <span className="text-sm font-medium">{scope}</span>
            <span className="col-start-2 text-[0.8125rem] text-muted-foreground">
              {apiKeyScopeWords[scope]}
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={id} className="text-[0.8125rem] text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
