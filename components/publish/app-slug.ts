const MAX_LENGTH = 40;

/** Why a text can't be an App's name, in plain words, or `null`. The name becomes a host name: `<name>.apps.…`. */
export function slugProblem(slug: string): string | null {
  if (slug === "") return "Type a name for the link.";
  if (slug.length < 3) return "Use at least 3 characters.";
  if (slug.length > MAX_LENGTH) return `Use at most ${MAX_LENGTH} characters.`;
  if (/[^a-z0-9-]/.test(slug)) return "Use small letters, digits and hyphens only.";
  if (!/^[a-z0-9].*[a-z0-9]$/.test(slug)) return "Start and end with a letter or a digit.";
  if (slug.includes("--")) return "Two hyphens can't follow each other.";
  return null;
}

/** A name made of a room's title: "Sales, Q3 (Zürich)" → "sales-q3-zurich"; `""` when nothing is left of it. */
export function slugFromTitle(title: string): string {
  const plain = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const slug = plain.slice(0, MAX_LENGTH + 1).replace(/^-+|-+$/g, "");
  const cut = slug.slice(0, MAX_LENGTH).replace(/-+$/, "");
  return slugProblem(cut) === null ? cut : "";
}
