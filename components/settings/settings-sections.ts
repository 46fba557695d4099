import {
  BellIcon,
  BoxesIcon,
  BuildingIcon,
  DatabaseIcon,
  KeyRoundIcon,
  type LucideIcon,
  PuzzleIcon,
  ScrollTextIcon,
  UserIcon,
  UsersIcon,
} from "lucide-react";

type Section = {
  path: string; // below /<orgSlug>/settings
  label: string;
  Icon: LucideIcon;
  isForAdmins?: boolean;
};

/** The pages of the settings, in their order. */
export const settingsSections: readonly { heading: string; sections: readonly Section[] }[] = [
  {
    heading: "Organisation",
    sections: [
      { path: "organisation", label: "General", Icon: BuildingIcon },
      { path: "members", label: "Members", Icon: UsersIcon },
      { path: "models", label: "Models", Icon: BoxesIcon },
      { path: "storage", label: "Storage", Icon: DatabaseIcon, isForAdmins: true },
      { path: "plugins", label: "Plugins", Icon: PuzzleIcon },
      { path: "audit", label: "Audit log", Icon: ScrollTextIcon, isForAdmins: true },
    ],
  },
  {
    heading: "You",
    sections: [
      { path: "account", label: "Account", Icon: UserIcon },
      { path: "notifications", label: "Notifications", Icon: BellIcon },
      { path: "api-keys", label: "API keys", Icon: KeyRoundIcon },
    ],
  },
];
