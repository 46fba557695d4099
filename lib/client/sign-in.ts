import type { SignInProvider } from "@/lib/protocol/account";

type AuthAnswer = { url?: string };

const TIMEOUT_MS = 30_000;

/** next-auth's doors answer JSON to a form post that carries its CSRF token. */
async function postToAuth(door: string, fields: Record<string, string>) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const csrf = await fetch("/api/auth/csrf", { signal, headers: { accept: "application/json" } });
  if (!csrf.ok) throw new Error(`csrf ${csrf.status}`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const body = new URLSearchParams({ callbackUrl: "/", ...fields, csrfToken, json: "true" });
  const response = await fetch(`/api/auth/${door}`, { method: "POST", body, signal });
  const answer = (await response.json().catch(() => ({}))) as AuthAnswer;
  return { response, answer };
}

const unreachable = "Can't reach Workroom. Check the connection and try again.";
const wrong = "This e-mail address or password is not right.";

/**
 * Signs in by e-mail and password. The answer is `null`, SECOND_STEP_NEEDED when a code has to come along, or in plain
 * words why it did not work.
 */
export async function signIn(email: string, password: string, code = ""): Promise<string | null> {
  try {
    const fields = { email, password, code };
    const { response, answer } = await postToAuth("callback/credentials", fields);
    if (response.ok) return null;
    const message = new URL(answer.url ?? "/", window.location.href).searchParams.get("error");
    if (message && message !== "CredentialsSignin") return message;
    return response.status === 401 ? wrong : "Signing in didn't work. Try again in a moment.";
  } catch {
    return unreachable;
  }
}

/** Leads the browser to a provider; it comes back signed in, joined or connected. The answer says why it can't go. */
export async function leaveForProvider(
  provider: SignInProvider["id"],
  { intent, callbackUrl }: { intent: string; callbackUrl: string },
): Promise<string | null> {
  try {
    const { response, answer } = await postToAuth(`signin/${provider}`, { intent, callbackUrl });
    if (!response.ok || !answer.url) return "This way to log in doesn't work now. Try again.";
    window.location.assign(answer.url);
    return null;
  } catch {
    return unreachable;
  }
}

export async function signOut(): Promise<void> {
  const { response } = await postToAuth("signout", {});
  if (!response.ok) throw new Error(`sign out ${response.status}`);
}
