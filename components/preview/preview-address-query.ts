import { queryOptions } from "@tanstack/react-query";
import { ApiError } from "@/lib/client/api";
import { createTicket } from "@/lib/client/queries/tickets";
import { previewObjectId, type PreviewSource } from "./preview-source";

/** An address on the preview's own origin that signs this browser in there and goes on to `path`. */
export async function openPreviewAddress(
  workroomId: string,
  source: PreviewSource,
  path: string,
): Promise<string> {
  const { url } = await createTicket("preview", previewObjectId(workroomId, source));
  if (!url) throw new ApiError("unavailable", 503, "The preview has no address of its own.");
  const address = new URL(url);
  address.searchParams.set("to", path);
  return address.href;
}

/** One address a frame: its ticket opens once, so each load of the frame (`loadId`) asks for another. */
export const previewAddressQuery = (
  workroomId: string,
  source: PreviewSource,
  path: string,
  loadId: number,
) =>
  queryOptions({
    queryKey: ["preview-address", workroomId, source.key, path, loadId] as const,
    queryFn: () => openPreviewAddress(workroomId, source, path),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnMount: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
    retry: 1,
  });
