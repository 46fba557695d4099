import type { Schema } from "./operations";
import { innerObject, refName, typeWords } from "./schema-words";

const MAX_DEPTH = 4;

type SchemaFieldsProps = { schema: Schema; depth?: number };

/** The fields of an object, one a line; objects in it show theirs below. */
export function SchemaFields({ schema, depth = 0 }: SchemaFieldsProps) {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return <p className="text-sm text-muted-foreground">No fields.</p>;
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {fields.map(([name, field]) => (
        <FieldLine
          key={name}
          name={name}
          schema={field}
          isRequired={schema.required?.includes(name) ?? false}
          depth={depth}
        />
      ))}
    </ul>
  );
}

type FieldLineProps = {
  name: string;
  schema: Schema;
  isRequired: boolean;
  depth?: number;
  note?: string | undefined;
};

export function FieldLine({ name, schema, isRequired, depth = 0, note }: FieldLineProps) {
  const inner = refName(schema) === null && depth < MAX_DEPTH ? innerObject(schema) : null;
  const told = note ?? schema.description;
  return (
    <li className="min-w-0">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <code className="font-mono font-medium">{name}</code>
        <TypeLink schema={schema} />
        {!isRequired && <span className="text-xs text-muted-foreground">optional</span>}
        {schema.default !== undefined && (
          <span className="text-xs text-muted-foreground">
            else <code className="font-mono">{JSON.stringify(schema.default)}</code>
          </span>
        )}
      </p>
      {told && <p className="text-[0.8125rem] text-muted-foreground">{told}</p>}
      {inner && (
        <div className="mt-1.5 border-l pl-3">
          <SchemaFields schema={inner} depth={depth + 1} />
        </div>
      )}
    </li>
  );
}

/** A type in words; the name of an object leads to where it is told. */
export function TypeLink({ schema }: { schema: Schema }) {
  const name = refName(schema) ?? refName(schema.items ?? {}) ?? refOfChoice(schema);
  const words = typeWords(schema);
  const classes = "font-mono text-[0.8125rem] break-words text-muted-foreground";
  if (name === null) return <span className={classes}>{words}</span>;
  return (
    <a href={`#object-${name}`} className={`${classes} underline underline-offset-2`}>
      {words}
    </a>
  );
}

const refOfChoice = ({ anyOf, oneOf }: Schema): string | null =>
  (anyOf ?? oneOf ?? []).map(refName).find((name) => name !== null) ?? null;
