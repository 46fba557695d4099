import { cn } from "@/lib/client/cn";

type AvatarProps = { person: { id: string; name: string }; title?: string; className?: string };

/** A person as two letters on a colour that is always theirs. */
export function Avatar({ person, title = person.name, className }: AvatarProps) {
  return (
    <span
      title={title}
      style={{ backgroundColor: `oklch(0.48 0.11 ${hueOf(person.id)})` }}
      className={cn(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-full text-[0.6875rem] font-semibold text-white select-none",
        className,
      )}
    >
      <span aria-hidden>{initialsOf(person.name)}</span>
      <span className="sr-only">{title}</span>
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map(
    (word) => [...(word ?? "")][0],
  );
  return letters.join("").toLocaleUpperCase("en");
}

function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}
