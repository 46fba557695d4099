"use client";
import DOMPurify from "dompurify";
import { BytesView } from "./bytes-view";
import { checkArchive } from "./check-archive";

const MAX_BYTES = 30_000_000;

/** Links and forms lead nowhere from here, and nothing is fetched: pictures are those inside the file. */
const purifyOptions = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: ["style", "form", "input", "button", "iframe"],
  FORBID_ATTR: ["style", "srcset"],
  ALLOWED_URI_REGEXP: /^(?:data:image\/(?:png|jpeg|gif|webp|bmp)[;,]|#)/i,
};

const PAGE_STYLE = `
  body { font: 16px/1.55 system-ui, sans-serif; color: #1c1917; background: #fff; margin: 0 auto; max-width: 44rem; padding: 2rem 1.5rem; overflow-wrap: anywhere; }
  img { max-width: 100%; height: auto; }
  table { border-collapse: collapse; margin: 1em 0; } td, th { border: 1px solid #d6d3d1; padding: .25em .6em; vertical-align: top; }
  h1, h2, h3 { line-height: 1.25; }`;

async function readWord(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  checkArchive(bytes);
  const { default: mammoth } = await import("mammoth");
  const { value } = await mammoth.convertToHtml({ arrayBuffer: bytes.buffer });
  const body = DOMPurify.sanitize(value, purifyOptions);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Document</title><style>${PAGE_STYLE}</style><body>${body}`;
}

/** A Word document as a page of its own, in a frame that runs nothing and reaches nothing. */
export default function WordView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="document" maxBytes={MAX_BYTES} read={readWord}>
      {(page, id) => (
        <iframe
          key={id}
          title="Document"
          sandbox=""
          srcDoc={page}
          referrerPolicy="no-referrer"
          className="size-full bg-white"
        />
      )}
    </BytesView>
  );
}
