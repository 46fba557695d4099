import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { AccountView, SessionView, SignInProvider } from "@/lib/protocol/account";

export const accountQuery = () =>
  queryOptions({
    queryKey: ["account"] as const,
    queryFn: ({ signal }) => api<AccountView>("/account", { signal }),
  });

export const sessionsQuery = () =>
  queryOptions({
    queryKey: ["account", "sessions"] as const,
    queryFn: async ({ signal }) =>
      (await api<{ sessions: SessionView[] }>("/account/sessions", { signal })).sessions,
  });

const post = <T>(path: string, body: object = {}) =>
  api<T>(`/account/${path}`, { method: "POST", body });

export const renameAccount = (name: string) =>
  api<AccountView>("/account", { method: "PATCH", body: { name } });

export const changePassword = (body: { currentPassword: string; password: string }) =>
  api<AccountView>("/account/password", { method: "PUT", body });

export const endSession = (sessionId: string) =>
  api<unknown>(`/account/sessions/${sessionId}`, { method: "DELETE" });

export const endOtherSessions = () => post<{ ended: number }>("sessions/end-others");

export type TotpSecret = { secret: string; uri: string };
export const startTotp = (password: string) => post<TotpSecret>("totp", { password });

type Codes = { recoveryCodes: string[] };
export const confirmTotp = (code: string) => post<Codes>("totp/confirm", { code });
export const turnOffTotp = (code: string) => post<unknown>("totp/turn-off", { code });
export const renewRecoveryCodes = (code: string) => post<Codes>("totp/recovery-codes", { code });

type Provider = SignInProvider["id"];
export const startConnecting = (provider: Provider, password: string) =>
  post<{ ticket: string }>("connections", { provider, password });
export const disconnectAccount = (provider: Provider, subject: string) =>
  post<unknown>("connections/disconnect", { provider, subject });
