const normal = (text: string) => text.toLocaleLowerCase("en");

/** Every word of the filter has to occur in the title, as the server's search has it. */
export function matchesFilter(title: string, filter: string): boolean {
  const text = normal(title);
  return normal(filter)
    .split(/\s+/)
    .every((word) => text.includes(word));
}
