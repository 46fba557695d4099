import { getPorts } from "@/lib/server/container";
import { problemResponse } from "@/lib/server/problem-response";
import { dispatchVerb } from "@/lib/server/verbs/dispatch-verb";
import { verbs } from "@/lib/server/verbs/registry";

type Params = { params: Promise<{ path: string[] }> };

/** Every REST route of the product is a verb of the registry. */
async function answer(request: Request, { params }: Params): Promise<Response> {
  try {
    const { path } = await params;
    return await dispatchVerb(verbs, await getPorts(), request, path);
  } catch (error) {
    return problemResponse(error);
  }
}

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
