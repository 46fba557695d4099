"use client";
import dynamic from "next/dynamic";

const loading = () => (
  <output className="flex h-40 items-center justify-center text-sm text-muted-foreground">
    Opening the editor…
  </output>
);

/** Monaco comes with the first file that is opened, never with the page. */
export const LazyTextEditor = dynamic(async () => (await import("./text-editor")).TextEditor, {
  ssr: false,
  loading,
});
export const LazyDiffEditor = dynamic(async () => (await import("./diff-editor")).DiffEditor, {
  ssr: false,
  loading,
});
