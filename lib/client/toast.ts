import type { ExternalToast } from "sonner";

type Tone = "message" | "success" | "error";

/** Shows a toast. The library is loaded with the first one, so a page that shows none does not pay for it. */
export function showToast(text: string, options: ExternalToast & { tone?: Tone } = {}): void {
  const { tone = "message", ...rest } = options;
  void import("sonner").then(({ toast }) => toast[tone](text, rest));
}
