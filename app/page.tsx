import { redirect } from "next/navigation";
import { findPageActor } from "@/lib/server/page-context";

/** The origin itself has no page: it leads to the person's organisation, or to the log-in page. */
export default async function HomePage() {
  const signedIn = await findPageActor();
  redirect(signedIn ? `/${signedIn.orgSlug}` : "/login");
}
