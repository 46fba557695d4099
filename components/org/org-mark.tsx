/** The first letter of an organisation's name, in a square. Drawn, not text: it is no part of any button's name. */
export function OrgMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      data-letter={name.charAt(0).toLocaleUpperCase("en")}
      className="flex size-6 shrink-0 items-center justify-center rounded-md bg-foreground text-xs font-semibold text-background before:content-[attr(data-letter)]"
    />
  );
}
