"use client";
import { CopyButton } from "@/components/publish/copy-button";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import type { NewApiKeyView } from "@/lib/protocol/api-keys";

/** A new key in full: the only time that anybody sees it. */
export function ShownApiKey({ made, onDone }: { made: NewApiKeyView; onDone: () => void }) {
  return (
    <output className="flex flex-col gap-3 rounded-lg border border-primary bg-card px-4 py-3">
      <Field
        label={`Key "${made.name}"`}
        help="Copy it now: it is not shown again. Whoever has it can do what it may do."
      >
        {(control) => (
          <div className="flex items-center gap-2">
            <Input
              {...control}
              readOnly
              value={made.key}
              className="font-mono text-[0.8125rem]"
              onFocus={(event) => event.currentTarget.select()}
            />
            <CopyButton text={made.key} label="Copy" />
          </div>
        )}
      </Field>
      <div>
        <Button size="sm" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </output>
  );
}
