import { strFromU8, unzipSync } from "fflate";
import { toBase64 } from "./to-base64";

export type Slide = {
  title: string;
  paragraphs: { text: string; level: number }[];
  pictures: string[];
};

const DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main";
const PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAX_SLIDES = 500;
const types: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};

/**
 * What a PowerPoint file says (ECMA-376 part 1, PresentationML): titles, text and pictures, slide by slide. Places,
 * shapes and charts are left out.
 */
export function readSlides(bytes: Uint8Array): Slide[] {
  const files = unzipSync(bytes, {
    filter: ({ name }) => /^ppt\/(slides|media|presentation\.xml|_rels)/.test(name),
  });
  const parse = (name: string): Document | null => {
    const file = files[name];
    return file ? new DOMParser().parseFromString(strFromU8(file), "application/xml") : null;
  };
  const links = linksOf(parse("ppt/_rels/presentation.xml.rels"));
  const order = parse("ppt/presentation.xml")?.getElementsByTagNameNS(PRESENTATION, "sldId") ?? [];
  const names = Array.from(order, (slide) =>
    links.get(slide.getAttributeNS(RELATIONS, "id") ?? ""),
  );
  return names.slice(0, MAX_SLIDES).flatMap((target): Slide[] => {
    const name = target?.replace(/^\/?(ppt\/)?/, "ppt/");
    const page = name === undefined ? null : parse(name);
    if (!name || !page) return [];
    const pictures = linksOf(parse(name.replace("slides/", "slides/_rels/") + ".rels"));
    return [slideOf(page, (id) => pictureOf(files, pictures.get(id)))];
  });
}

function linksOf(rels: Document | null): Map<string, string> {
  const found = Array.from(rels?.getElementsByTagName("Relationship") ?? []);
  return new Map(
    found.map((link) => [link.getAttribute("Id") ?? "", link.getAttribute("Target") ?? ""]),
  );
}

function slideOf(page: Document, picture: (id: string) => string | null): Slide {
  let title = "";
  const paragraphs: Slide["paragraphs"] = [];
  for (const shape of Array.from(page.getElementsByTagNameNS(PRESENTATION, "sp"))) {
    const kind = shape.getElementsByTagNameNS(PRESENTATION, "ph")[0]?.getAttribute("type") ?? "";
    const lines = Array.from(shape.getElementsByTagNameNS(DRAWING, "p")).map(paragraphOf);
    if (title === "" && /title/i.test(kind))
      title = lines
        .map((line) => line.text)
        .join(" ")
        .trim();
    else paragraphs.push(...lines.filter((line) => line.text.trim() !== ""));
  }
  const pictures = Array.from(page.getElementsByTagNameNS(DRAWING, "blip")).flatMap((blip) => {
    const address = picture(blip.getAttributeNS(RELATIONS, "embed") ?? "");
    return address === null ? [] : [address];
  });
  return { title, paragraphs, pictures };
}

function paragraphOf(paragraph: Element): Slide["paragraphs"][number] {
  const text = Array.from(paragraph.getElementsByTagNameNS(DRAWING, "t"), (run) => run.textContent);
  const level = Number(
    paragraph.getElementsByTagNameNS(DRAWING, "pPr")[0]?.getAttribute("lvl") ?? 0,
  );
  return { text: text.join(""), level: Math.min(Math.max(0, level || 0), 5) };
}

/** As a `data:` address: its content has no origin and runs nothing. */
function pictureOf(files: Record<string, Uint8Array>, target: string | undefined): string | null {
  const name = target?.replace(/^\.\.\//, "ppt/") ?? "";
  const type = types[/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
  const bytes = files[name];
  if (!type || !bytes) return null;
  return `data:${type};base64,${toBase64(bytes)}`;
}
