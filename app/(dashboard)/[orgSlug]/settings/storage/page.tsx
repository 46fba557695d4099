import type { Metadata } from "next";
import { StorageSettings } from "@/components/settings/storage/storage-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Storage" };

type StoragePageProps = { params: Promise<{ orgSlug: string }> };

export default async function StoragePage({ params }: StoragePageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/storage`);
  return <StorageSettings />;
}
