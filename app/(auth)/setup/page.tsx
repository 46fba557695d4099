import type { Metadata } from "next";
import { AppProviders } from "@/components/app/app-providers";
import { SetupScreen } from "@/components/auth/setup-screen";

// The link's token must not travel to any other page.
export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

type SetupPageProps = { searchParams: Promise<{ token?: string | string[] }> };

export default async function SetupPage({ searchParams }: SetupPageProps) {
  const { token } = await searchParams;
  return (
    <AppProviders>
      <SetupScreen token={typeof token === "string" ? token : ""} />
    </AppProviders>
  );
}
