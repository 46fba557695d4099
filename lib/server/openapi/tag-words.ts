const words: Readonly<Record<string, string>> = {
  viewer: "Who you are",
  account: "Your account",
  api_key: "API keys",
  app: "Apps",
  audit: "Audit log",
  change: "Changes",
  chat: "Chats",
  file: "Files",
  health: "The installation",
  invitation: "Invitations",
  member: "Members",
  message: "Messages",
  model_key: "Models",
  notification: "Notifications",
  org: "Organisations",
  presence: "Presence",
  push: "Push messages",
  share: "Sharing",
  ticket: "Tickets",
  turn: "Turns",
  workroom: "Workrooms",
};

/** The heading of an entity's operations. */
export const tagWords = (tag: string): string =>
  words[tag] ?? `${tag.charAt(0).toUpperCase()}${tag.slice(1).replaceAll("_", " ")}`;
