"use client";
import { useCallback, useState } from "react";
import { imageType } from "./file-kind";
import { NotShown } from "./not-shown";
import { baseName } from "./tree-model";
import { BytesView } from "./views/bytes-view";

const MAX_IMAGE_BYTES = 25_000_000;

/** A picture's bytes as a blob of a picture's type: its content can never run as a page. */
export function ImageView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="picture" maxBytes={MAX_IMAGE_BYTES} read={asBlob(path)}>
      {(blob, id) => <Picture key={id} blob={blob} path={path} />}
    </BytesView>
  );
}

const asBlob = (path: string) => (bytes: Uint8Array<ArrayBuffer>) =>
  new Blob([bytes], { type: imageType(path) });

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
