import { AppError } from "@/lib/errors";
import { problemResponse } from "@/lib/server/problem-response";

/** What no version of the API has: said as a problem document, where a page would puzzle a program. */
const answer = (): Response =>
  problemResponse(new AppError("not_found", "There is no such API. Its address is /api/v1."));

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
