/** RFC 6266: a plain name for old readers, the real one percent-encoded. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w. -]/g, "_").slice(0, 150);
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
