import type { Org } from "@/lib/db/schema";
import type { OrgSettingsView } from "@/lib/protocol/views";

export const viewOrgSettings = ({ id, slug, name, repositoryOpenness }: Org): OrgSettingsView => ({
  id,
  slug,
  name,
  repositoryOpenness,
});
