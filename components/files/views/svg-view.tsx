"use client";
import { BytesView } from "./bytes-view";
import { toBase64 } from "./to-base64";

const MAX_BYTES = 10_000_000;

/** As a picture no script in it runs and nothing is fetched; as a `data:` address it has no origin in a tab of its own either. */
const asPicture = (bytes: Uint8Array): string => `data:image/svg+xml;base64,${toBase64(bytes)}`;

export default function SvgView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="picture" maxBytes={MAX_BYTES} read={asPicture}>
      {(address) => (
        <div className="flex size-full items-center justify-center overflow-auto bg-white p-4">
          {/* The bytes are in memory: there is nothing for Next to optimise. */}
          {/* oxlint-disable-next-line next/no-img-element */}
          <img
            src={address}
            alt={path.slice(path.lastIndexOf("/") + 1)}
            className="max-h-full max-w-full object-contain"
          />
        </div>
      )}
    </BytesView>
  );
}
