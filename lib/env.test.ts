import { expect, test } from "vitest";
import { readEnv } from "./env";

const read = (settings: Record<string, string>) =>
  readEnv({ WORKROOM_DATA_DIR: "/data", ...settings });
const oidc = { OIDC_ISSUER: "https://id.example", OIDC_CLIENT_ID: "a", OIDC_CLIENT_SECRET: "b" };

test.each([
  [{ GITHUB_CLIENT_ID: "a" }, "GITHUB_CLIENT_SECRET"],
  [{ GOOGLE_CLIENT_SECRET: "a" }, "GOOGLE_CLIENT_ID"],
  [{ ...oidc, OIDC_CLIENT_SECRET: "" }, "OIDC_CLIENT_SECRET"],
  [{ ...oidc, OIDC_ISSUER: "http://id.example" }, "OIDC_ISSUER"],
  [{ ...oidc, OIDC_ISSUER: "http://127.0.0.1.example.com" }, "OIDC_ISSUER"],
  [{ ...oidc, OIDC_ISSUER: "http://127.0.0.1:x@example.com/" }, "OIDC_ISSUER"],
])("half a sign-in provider %j is refused, with the name of what is wrong", (settings, name) =>
  expect(() => read(settings as Record<string, string>)).toThrow(`  ${name}: `),
);

test("whole sign-in providers are taken, a server on this machine in clear too", () => {
  expect(read(oidc)).toMatchObject(oidc);
  for (const issuer of ["http://127.0.0.1:9/", "http://localhost", "http://[::1]:80/x"])
    expect(read({ ...oidc, OIDC_ISSUER: issuer }).OIDC_ISSUER).toBe(issuer);
  expect(read({ GITHUB_CLIENT_ID: "a", GITHUB_CLIENT_SECRET: "b" }).OIDC_NAME).toBe(
    "single sign-on",
  );
});
