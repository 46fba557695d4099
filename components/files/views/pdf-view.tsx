"use client";
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { BytesView } from "./bytes-view";
import { PdfPage } from "./pdf-page";

const MAX_BYTES = 100_000_000;
const MAX_PAGES = 2_000;
const zooms = [0.5, 0.75, 1, 1.25, 1.5, 2, 3] as const;

function openWorker(): Worker {
  return new Worker(new URL("pdfjs-dist/build/pdf.worker.min.mjs", import.meta.url), {
    type: "module",
  });
}

/** Scripts in the file are never run: pages are painted by our own program, without forms and links. */
async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<PDFDocumentProxy> {
  GlobalWorkerOptions.workerPort ??= openWorker();
  return getDocument({
    data: bytes,
    enableXfa: false,
    useWasm: false,
    useSystemFonts: true,
    stopAtErrors: false,
  }).promise;
}

/** The pages of a PDF file below one another. */
export default function PdfView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="document" maxBytes={MAX_BYTES} read={openPdf}>
      {(pdf, id) => <PdfPages key={id} pdf={pdf} />}
    </BytesView>
  );
}

function PdfPages({ pdf }: { pdf: PDFDocumentProxy }) {
  const [zoom, setZoom] = useState(2);
  const frameRef = useRef<HTMLElement>(null);
  const width = useWidth(frameRef);
  const count = Math.min(pdf.numPages, MAX_PAGES);
  return (
    <div className="flex size-full flex-col">
      <div className="flex shrink-0 items-center gap-1 border-b px-3 py-1 text-sm">
        <p className="flex-1 text-muted-foreground">
          {pdf.numPages === 1 ? "1 page" : `${pdf.numPages} pages`}
        </p>
        <Button
          variant="ghost"
          size="sm"
          disabled={zoom === 0}
          aria-label="Smaller"
          onClick={() => setZoom(zoom - 1)}
        >
          −
        </Button>
        <output aria-label="Size" className="w-12 text-center tabular-nums">
          {Math.round((zooms[zoom] ?? 1) * 100)} %
        </output>
        <Button
          variant="ghost"
          size="sm"
          disabled={zoom === zooms.length - 1}
          aria-label="Larger"
          onClick={() => setZoom(zoom + 1)}
        >
          +
        </Button>
      </div>
      <section
        ref={frameRef}
        aria-label="Pages"
        // What scrolls must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto bg-muted p-3"
      >
        {width === null ? (
          <Skeleton className="h-96" />
        ) : (
          Array.from({ length: count }, (_, index) => (
            <PdfPage
              // Pages have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              pdf={pdf}
              number={index + 1}
              width={Math.max(120, width) * (zooms[zoom] ?? 1)}
            />
          ))
        )}
      </section>
    </div>
  );
}

/** The width there is for a page, in CSS pixels; null until it is measured. */
function useWidth(ref: React.RefObject<HTMLElement | null>): number | null {
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    const frame = ref.current;
    if (!frame) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.min(900, Math.floor(entry.contentRect.width)));
    });
    observer.observe(frame);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
