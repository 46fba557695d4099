/** Text for a shell or a program; a long line scrolls in its own box. */
export function CodeBlock({ label, text }: { label: string; text: string }) {
  return (
    <figure aria-label={label}>
      <pre
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-md bg-muted px-3 py-2.5 font-mono text-[0.8125rem] leading-relaxed"
      >
        <code>{text}</code>
      </pre>
    </figure>
  );
}
