const KEY = "workroom.first-message";

/** The message written at set-up, kept for the page that makes the first workroom of it. */
export const keepFirstMessage = (text: string) => sessionStorage.setItem(KEY, text);

export function takeFirstMessage(): string | null {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text;
}
