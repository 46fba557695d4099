import type { Metadata } from "next";
import { ApiDocs } from "@/components/docs/api-docs";
import { getPorts } from "@/lib/server/container";
import { getDocument } from "@/lib/server/openapi/get-document";
import { problemTitles } from "@/lib/server/to-problem";
import { callsPerMinute } from "@/lib/server/verbs/rate-limit";

export const metadata: Metadata = {
  title: "API",
  description: "Everything the dashboard can do, for programs.",
};

/** Public, like the document it is made of: it shows nothing of this installation but its address. */
export default async function ApiDocsPage() {
  const { settings } = await getPorts();
  const { origin } = settings.appUrl;
  return (
    <ApiDocs
      document={getDocument(origin)}
      origin={origin}
      problems={problemTitles}
      callsPerMinute={callsPerMinute}
    />
  );
}
