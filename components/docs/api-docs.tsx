import Link from "next/link";
import type { OpenApiDocument } from "@/lib/server/openapi/open-api-document";
import { ApiGuide, type ApiGuideProps } from "./api-guide";
import { ApiSearch } from "./api-search";
import { OperationCard } from "./operation-card";
import { type Operation, readOperations, type Schema } from "./operations";
import { SchemaFields, TypeLink } from "./schema-fields";

type ApiDocsProps = ApiGuideProps & { document: OpenApiDocument };

/** The docs of the REST API, made of its OpenAPI document. */
export function ApiDocs({ document, origin, ...guide }: ApiDocsProps) {
  const operations = readOperations(document);
  const groups = document.tags.map(({ name, description }) => ({
    name,
    title: description,
    operations: operations.filter(({ tag }) => tag === name),
  }));
  return (
    <div className="mx-auto grid min-h-dvh max-w-6xl gap-x-10 px-4 py-8 md:grid-cols-[13rem_minmax(0,1fr)] md:py-12">
      <Contents groups={groups} />
      <main className="flex min-w-0 flex-col gap-10">
        <header className="flex flex-col gap-2">
          <p className="text-sm font-semibold text-muted-foreground">
            <Link href="/" prefetch={false} className="hover:underline">
              Workroom
            </Link>
          </p>
          <h1 className="text-2xl font-semibold tracking-tight">API</h1>
          <p className="text-muted-foreground">
            Everything the dashboard can do, for programs. The same as{" "}
            {/* oxlint-disable-next-line next/no-html-link-for-pages -- a document, no page */}
            <a href="/api/v1/openapi.json" className="text-primary underline underline-offset-4">
              OpenAPI 3.1
            </a>
            .
          </p>
        </header>
        <ApiGuide origin={origin} {...guide} />
        <section id="operations" aria-label="Operations" className="flex flex-col gap-6">
          <ApiSearch listId="operations" />
          {groups.map((group) => (
            <OperationGroup key={group.name} {...group} origin={origin} />
          ))}
        </section>
        <Objects schemas={document.components.schemas} />
      </main>
    </div>
  );
}

type Group = { name: string; title: string; operations: readonly Operation[] };

function Contents({ groups }: { groups: readonly Group[] }) {
  const parts = [
    ["guide-start", "Start"],
    ["guide-problems", "Problems"],
    ["guide-once", "Once, not twice"],
    ["guide-limits", "Limits and pages"],
    ["guide-events", "Events"],
    ...groups.map(({ name, title }) => [`group-${name}`, title] as const),
    ["objects", "Objects"],
  ] as const;
  return (
    <nav
      aria-label="Contents"
      className="-mx-4 mb-6 flex gap-1 overflow-x-auto border-b px-4 pb-2 md:sticky md:top-0 md:mx-0 md:mb-0 md:max-h-dvh md:flex-col md:self-start md:overflow-y-auto md:border-b-0 md:px-0 md:py-1"
    >
      {parts.map(([id, title]) => (
        <a
          key={id}
          href={`#${id}`}
          className="flex h-9 shrink-0 touch-target items-center rounded-md px-2 text-sm whitespace-nowrap text-muted-foreground hover:bg-hover hover:text-foreground md:h-8"
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

function OperationGroup({ name, title, operations, origin }: Group & { origin: string }) {
  return (
    <section
      id={`group-${name}`}
      data-group
      aria-labelledby={`title-${name}`}
      className="flex scroll-mt-4 flex-col gap-2"
    >
      <h2 id={`title-${name}`} className="text-lg font-semibold">
        {title}
      </h2>
      {operations.map((operation) => (
        <OperationCard key={operation.operationId} operation={operation} origin={origin} />
      ))}
    </section>
  );
}

function Objects({ schemas }: { schemas: OpenApiDocument["components"]["schemas"] }) {
  return (
    <section id="objects" aria-labelledby="objects-title" className="flex flex-col gap-2">
      <h2 id="objects-title" className="text-lg font-semibold">
        Objects
      </h2>
      {Object.entries(schemas as Record<string, Schema>).map(([name, schema]) => (
        <section
          key={name}
          id={`object-${name}`}
          aria-labelledby={`object-title-${name}`}
          className="flex scroll-mt-4 flex-col gap-2 rounded-lg border bg-card px-4 py-3"
        >
          <h3 id={`object-title-${name}`} className="font-mono text-sm font-semibold">
            {name}
          </h3>
          {schema.properties ? <SchemaFields schema={schema} /> : <TypeLink schema={schema} />}
        </section>
      ))}
    </section>
  );
}
