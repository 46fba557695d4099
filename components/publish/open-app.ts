import { errorText } from "@/lib/client/api";
import { createTicket } from "@/lib/client/queries/tickets";
import { showToast } from "@/lib/client/toast";
import type { AppView } from "@/lib/protocol/views";

/** Opens an App in a new tab; a private one with a pass for this person. */
export async function openApp(app: Pick<AppView, "id" | "url" | "audience">): Promise<void> {
  // Opened before the pass is there: a browser allows a new tab only right after the click.
  const tab = window.open("about:blank", "_blank");
  if (!tab) {
    showToast("The browser blocked the new tab. Allow pop-ups for Workroom.", { tone: "error" });
    return;
  }
  tab.opener = null;
  try {
    const pass = app.audience === "public" ? null : await createTicket("app", app.id);
    tab.location.replace(pass?.url ?? app.url);
  } catch (error) {
    tab.close();
    showToast(errorText(error), { tone: "error" });
  }
}
