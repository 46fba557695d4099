/** The first letter of an organisation's name, in a square. */
export function OrgMark({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="flex size-6 shrink-0 items-center justify-center rounded-md bg-foreground text-xs font-semibold text-background"
    >
      {name.charAt(0).toLocaleUpperCase("en")}
    </span>
  );
}
