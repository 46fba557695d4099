import { expect, test } from "vitest";
import { invitationMail } from "./invitation-mail";

test("names that people typed are text in the mail's HTML, never markup", () => {
  const mail = invitationMail({
    to: "ada@example.test",
    orgName: `<img src=x onerror="alert(1)">`,
    inviterName: "Eve & 'Co'",
    role: "admin",
    url: "http://workroom.localhost/invite/abc",
    expiresAt: new Date("2026-01-08T10:00:00Z"),
  });
  expect(mail.html).not.toMatch(/<img|onerror="/);
  expect(mail.html).toContain("&#60;img");
  expect(mail.html).toContain('<a href="http://workroom.localhost/invite/abc">');
  expect(mail.text).toContain("Eve & 'Co' invites you");
  expect(mail.text).toContain("Join: http://workroom.localhost/invite/abc");
  expect(mail.text).toContain("until 2026-01-08 (UTC)");
});
