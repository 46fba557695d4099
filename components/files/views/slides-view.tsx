"use client";
import { BytesView } from "./bytes-view";
import { checkArchive } from "./check-archive";
import { readSlides, type Slide } from "./read-slides";

const MAX_BYTES = 60_000_000;

function openSlides(bytes: Uint8Array<ArrayBuffer>): Slide[] {
  checkArchive(bytes);
  return readSlides(bytes);
}

/** What a PowerPoint file says, one slide below the other. */
export default function SlidesView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="presentation" maxBytes={MAX_BYTES} read={openSlides}>
      {(slides, id) => <Slides key={id} slides={slides} />}
    </BytesView>
  );
}

function Slides({ slides }: { slides: readonly Slide[] }) {
  return (
    <section
      aria-label="Slides"
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className="size-full overflow-auto bg-muted p-3"
    >
      <p className="mb-2 text-sm text-muted-foreground">
        Text and pictures only. Download the file to see the slides as they were laid out.
      </p>
      <ol className="space-y-3">
        {slides.map((slide, index) => (
          // Slides have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="mx-auto max-w-3xl rounded-lg border bg-background p-5">
            <p className="text-xs text-muted-foreground">Slide {index + 1}</p>
            {slide.title && <h3 className="mt-1 text-lg font-semibold">{slide.title}</h3>}
            {slide.paragraphs.map((line, at) => (
              // oxlint-disable-next-line react/no-array-index-key
              <p key={at} className="mt-1" style={{ paddingLeft: `${line.level * 1.25}rem` }}>
                {line.text}
              </p>
            ))}
            {slide.pictures.map((address, at) => (
              // The bytes are in memory: there is nothing for Next to optimise.
              // oxlint-disable-next-line next/no-img-element, react/no-array-index-key
              <img key={at} src={address} alt="" className="mt-3 max-h-80 max-w-full" />
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
