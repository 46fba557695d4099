import { redirect } from "next/navigation";
import { findPageSession } from "@/lib/server/page-context";

/**
 * The origin itself has no page: it leads to the organisation where the person was last, to a new one when they are in
 * none, or to the log-in page.
 */
export default async function HomePage() {
  const session = await findPageSession();
  if (!session) redirect("/login");
  const seenAt = (org: (typeof session.orgs)[number]) => org.lastSeenAt?.getTime() ?? 0;
  const [org] = session.orgs.toSorted((a, b) => seenAt(b) - seenAt(a));
  redirect(org ? `/${org.slug}` : "/new-organisation");
}
