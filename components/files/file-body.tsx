"use client";
import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton";
import type { FileKind } from "./file-kind";
import { ImageView } from "./image-view";
import { TableView } from "./table-view";
import { TextView } from "./text-view";

const loading = () => <Skeleton className="m-4 h-48" />;

// Each comes with the first file of its kind, never with the page.
const PdfView = dynamic(() => import("./views/pdf-view"), { ssr: false, loading });
const WordView = dynamic(() => import("./views/word-view"), { ssr: false, loading });
const SheetView = dynamic(() => import("./views/sheet-view"), { ssr: false, loading });
const SlidesView = dynamic(() => import("./views/slides-view"), { ssr: false, loading });
const MediaView = dynamic(() => import("./views/media-view"), { ssr: false, loading });
const SvgView = dynamic(() => import("./views/svg-view"), { ssr: false, loading });
const MarkdownView = dynamic(() => import("./views/markdown-view"), { ssr: false, loading });

const views: Readonly<Record<FileKind, React.ComponentType<{ path: string }>>> = {
  image: ImageView,
  svg: SvgView,
  table: TableView,
  markdown: MarkdownView,
  pdf: PdfView,
  word: WordView,
  sheet: SheetView,
  slides: SlidesView,
  media: MediaView,
  text: TextView,
};

/** The content of a file, shown by what its name says it is. */
export function FileBody({ path, kind }: { path: string; kind: FileKind }) {
  const View = views[kind];
  return <View path={path} />;
}
