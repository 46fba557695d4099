import type { Metadata } from "next";
import { EmployeesScreen } from "@/components/agents/employees-screen";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Employees" };

type EmployeesPageProps = { params: Promise<{ orgSlug: string }> };

export default async function EmployeesPage({ params }: EmployeesPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/employees`);
  return <EmployeesScreen orgSlug={orgSlug} />;
}
