"use client";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorText, readProblem } from "@/lib/client/api";
import { downloadUrl, fileKeys } from "@/lib/client/queries/files";
import { useWork } from "../work/work-context";
import { imageType } from "./file-kind";
import { NotShown } from "./not-shown";
import { baseName } from "./tree-model";

const MAX_IMAGE_BYTES = 25_000_000;
const LOAD_TIMEOUT_MS = 60_000;

/** A picture's bytes as a blob of a picture's type: its content can never run as a page. */
export function ImageView({ path }: { path: string }) {
  const { workroom } = useWork();
  const image = useQuery({
    queryKey: [...fileKeys.file(workroom.id, path), "image"] as const,
    queryFn: ({ signal }) => fetchImage(workroom.id, path, signal),
    retry: false,
  });
  if (image.isPending) return <Skeleton className="m-4 h-48" />;
  if (image.isError) {
    return (
      <ErrorState
        title="Can’t load the picture"
        message={errorText(image.error)}
        onRetry={() => void image.refetch()}
        className="h-full"
      />
    );
  }
  if (image.data === "too_large") {
    return (
      <NotShown path={path} title="This picture is too large to show here">
        Download it to look at it.
      </NotShown>
    );
  }
  return <Picture key={image.dataUpdatedAt} blob={image.data} path={path} />;
}

function Picture({ blob, path }: { blob: Blob; path: string }) {
  const [isBroken, setIsBroken] = useState(false);
  const showBlob = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(blob);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [blob],
  );
  if (isBroken) {
    return (
      <NotShown path={path} title="This is not a picture the browser can show">
        The file may be damaged, or of another type than its name says.
      </NotShown>
    );
  }
  return (
    <div className="flex size-full items-center justify-center overflow-auto bg-muted p-4">
      {/* The bytes come from the room and are in memory: there is nothing for Next to optimise. */}
      {/* oxlint-disable-next-line next/no-img-element */}
      <img
        ref={showBlob}
        alt={baseName(path)}
        onError={() => setIsBroken(true)}
        className="max-h-full max-w-full object-contain"
      />
    </div>
  );
}

async function fetchImage(
  workroomId: string,
  path: string,
  signal: AbortSignal,
): Promise<Blob | "too_large"> {
  let response: Response;
  try {
    response = await fetch(downloadUrl(workroomId, path), {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LOAD_TIMEOUT_MS)]),
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError("network", 0, "Can't reach Workroom. Check the connection and try again.");
  }
  if (!response.ok) throw await readProblem(response.status, await response.text(), null);
  if (Number(response.headers.get("content-length") ?? 0) > MAX_IMAGE_BYTES) {
    await response.body?.cancel();
    return "too_large";
  }
  return new Blob([await response.arrayBuffer()], { type: imageType(path) });
}
