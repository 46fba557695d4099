import type { ReactNode } from "react";
import { cn } from "@/lib/client/cn";
import { CodeBlock } from "./code-block";
import { curlExample } from "./curl-example";
import type { Operation } from "./operations";
import { FieldLine, SchemaFields, TypeLink } from "./schema-fields";

const methodTones: Readonly<Record<string, string>> = {
  GET: "text-success",
  DELETE: "text-danger",
};

/** One operation: a line that opens to all there is to know of it. */
export function OperationCard({ operation, origin }: { operation: Operation; origin: string }) {
  const { operationId, method, path, summary } = operation;
  return (
    <details
      id={`operation-${operationId}`}
      data-search={`${operationId} ${method} ${path.replace("/api/v1", "")} ${summary}`.toLowerCase()}
      className="group scroll-mt-4 rounded-lg border bg-card open:pb-4"
    >
      <summary className="flex min-h-11 cursor-pointer list-none flex-wrap items-baseline gap-x-3 gap-y-0.5 rounded-lg px-4 py-2.5 group-open:rounded-b-none hover:bg-hover [&::-webkit-details-marker]:hidden">
        <span
          className={cn(
            "w-14 shrink-0 font-mono text-xs font-semibold",
            methodTones[method] ?? "text-primary",
          )}
        >
          {method}
        </span>
        <code className="min-w-0 font-mono text-[0.8125rem] break-all">{path}</code>
        <span className="basis-full text-sm text-muted-foreground md:pl-[4.25rem]">{summary}</span>
      </summary>
      <div className="flex flex-col gap-4 border-t px-4 pt-4">
        <Access operation={operation} />
        <Parameters operation={operation} />
        <Body operation={operation} />
        <Answer operation={operation} />
        <CodeBlock label={`Example of ${operationId}`} text={curlExample(operation, origin)} />
      </div>
    </details>
  );
}

type PartProps = { operation: Operation };

function Access({ operation: { operationId, scope, isPublic, takesKey } }: PartProps) {
  const who = isPublic
    ? "Public: no key needed."
    : scope === null
      ? "Only for a signed-in person, not for keys."
      : `Needs a key with the scope “${scope}”.`;
  return (
    <p className="text-sm">
      {who} {takesKey && "Takes an Idempotency-Key. "}
      <span className="text-muted-foreground">
        Name: <code className="font-mono text-[0.8125rem]">{operationId}</code>
      </span>
    </p>
  );
}

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="text-[0.8125rem] font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Parameters({ operation: { parameters } }: PartProps) {
  if (parameters.length === 0) return null;
  return (
    <Part title="Parameters">
      <ul className="flex flex-col gap-1.5 text-sm">
        {parameters.map((one) => (
          <FieldLine
            key={`${one.in} ${one.name}`}
            name={one.name}
            schema={one.schema}
            isRequired={one.required}
            note={one.description ?? (one.in === "path" ? "In the path." : undefined)}
          />
        ))}
      </ul>
    </Part>
  );
}

function Body({ operation: { body } }: PartProps) {
  if (!body) return null;
  return (
    <Part title={`Body, ${body.type}`}>
      {body.schema.properties ? (
        <SchemaFields schema={body.schema} />
      ) : (
        <p className="text-sm text-muted-foreground">The bytes as they are.</p>
      )}
    </Part>
  );
}

function Answer({ operation: { answer } }: PartProps) {
  if (!answer) return null;
  const { status, type, schema } = answer;
  return (
    <Part title={`Answer, ${status} ${type}`}>
      {schema.properties ? <SchemaFields schema={schema} /> : <TypeLink schema={schema} />}
    </Part>
  );
}
