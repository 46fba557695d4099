"use client";
import { renderSVG } from "uqr";

/** A link as a picture for a phone's camera; black on white, or no camera reads it. */
export function QrCode({ url, label = "QR code of the link" }: { url: string; label?: string }) {
  const picture = `data:image/svg+xml;utf8,${encodeURIComponent(renderSVG(url, { border: 2 }))}`;
  return (
    // A drawing made here, of a few hundred bytes: there is nothing for Next to optimise.
    // oxlint-disable-next-line next/no-img-element
    <img src={picture} alt={label} className="size-40 rounded-lg border bg-white" />
  );
}
