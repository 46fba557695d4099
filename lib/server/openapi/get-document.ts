import manifest from "@/package.json" with { type: "json" };
import { verbs } from "../verbs/registry";
import { type OpenApiDocument, openApiDocument } from "./open-api-document";

const made = new Map<string, OpenApiDocument>();

/** The document of this installation; made once, since neither verbs nor origin change while it runs. */
export function getDocument(origin: string): OpenApiDocument {
  const known = made.get(origin);
  if (known) return known;
  const document = openApiDocument(verbs, { origin, version: manifest.version });
  made.set(origin, document);
  return document;
}
