"use client";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import { cn } from "@/lib/client/cn";

/** Height over width of A4, until the page itself is known. */
const USUAL_RATIO = 1.414;
const MAX_CANVAS_PIXELS = 16_000_000;

type PdfPageProps = { pdf: PDFDocumentProxy; number: number; width: number };

/** One page, painted when it comes near the screen; its text is there for screen readers. */
export function PdfPage({ pdf, number, width }: PdfPageProps) {
  const placeRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const isNear = useIsNear(placeRef);
  const [ratio, setRatio] = useState(USUAL_RATIO);
  const [text, setText] = useState("");
  const [isBroken, setIsBroken] = useState(false);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (!isNear || !canvas) return;
    let stop = (): void => undefined;
    let isStopped = false;
    async function paint(target: HTMLCanvasElement): Promise<void> {
      const page = await pdf.getPage(number);
      const plain = page.getViewport({ scale: 1 });
      if (isStopped) return;
      setRatio(plain.height / plain.width);
      const wished = (width / plain.width) * devicePixelRatio;
      const largest = Math.sqrt(MAX_CANVAS_PIXELS / (plain.width * plain.height));
      const viewport = page.getViewport({ scale: Math.min(wished, largest) });
      target.width = Math.floor(viewport.width);
      target.height = Math.floor(viewport.height);
      const task = page.render({ canvas: target, viewport });
      stop = () => task.cancel();
      await task.promise;
      const { items } = await page.getTextContent();
      if (!isStopped) setText(items.map((item) => ("str" in item ? item.str : "")).join(" "));
    }
    paint(canvas).catch(() => {
      if (!isStopped) setIsBroken(true);
    });
    return () => {
      isStopped = true;
      stop();
    };
  }, [pdf, number, width, isNear]);

  return (
    <div
      ref={placeRef}
      className="mx-auto mb-3 bg-white shadow-sm last:mb-0"
      style={{ width, height: width * ratio }}
    >
      {isNear && (
        <canvas
          ref={canvasRef}
          // A canvas has no element of its own that says what is on it.
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
          role="img"
          aria-label={`Page ${number}`}
          className={cn("size-full", isBroken && "hidden")}
        />
      )}
      {isBroken && <p className="p-4 text-sm text-black">Page {number} can’t be shown.</p>}
      <p className="sr-only">{text}</p>
    </div>
  );
}

function useIsNear(ref: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const place = ref.current;
    if (!place) return;
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: "100% 0px" },
    );
    observer.observe(place);
    return () => observer.disconnect();
  }, [ref]);
  return isNear;
}
