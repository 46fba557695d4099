import type { Mail } from "@/lib/ports/mailer";
import type { MemberRole } from "@/lib/protocol/view-names";

type Facts = {
  to: string;
  orgName: string;
  inviterName: string;
  role: MemberRole;
  url: string;
  expiresAt: Date;
};

const roleWords: Record<MemberRole, string> = {
  owner: "an owner",
  admin: "an admin",
  member: "a member",
  viewer: "a viewer",
};

/** Names are what people typed: in HTML they are text, never markup. */
const escapeHtml = (text: string) =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** The e-mail of an invitation: the link, what it is for, and until when it works. */
export function invitationMail({ to, orgName, inviterName, role, url, expiresAt }: Facts): Mail {
  const until = expiresAt.toISOString().slice(0, 10);
  const lead = `${inviterName} invites you to join ${orgName} on Workroom as ${roleWords[role]}.`;
  const terms = `The link works once, for ${to}, until ${until} (UTC). If you did not expect this, do nothing.`;
  return {
    to,
    subject: `${inviterName} invites you to ${orgName} on Workroom`,
    text: `${lead}\n\nJoin: ${url}\n\n${terms}\n`,
    html: [
      `<p>${escapeHtml(lead)}</p>`,
      `<p><a href="${escapeHtml(url)}">Join ${escapeHtml(orgName)}</a></p>`,
      `<p style="color:#555">${escapeHtml(terms)}</p>`,
    ].join("\n"),
  };
}
