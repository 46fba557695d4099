import { getPorts } from "@/lib/server/container";
import { getDocument } from "@/lib/server/openapi/get-document";

/** Public: it tells what every installation of this version can do, and nothing of this one but its address. */
export async function GET(): Promise<Response> {
  const { settings } = await getPorts();
  return Response.json(getDocument(settings.appUrl.origin), {
    headers: { "cache-control": "public, max-age=300" },
  });
}
