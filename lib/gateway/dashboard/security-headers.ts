import { randomBytes } from "node:crypto";
import type { Settings } from "@/lib/domain/context";

export type PolicyOptions = {
  settings: Pick<Settings, "appUrl" | "previewUrl" | "appsUrl">;
  isDevelopment: boolean;
};

const below = (url: URL) => `${url.protocol}//*.${url.host}`;

/** What the dashboard's pages may load. Scripts need the nonce of their own answer or come from this origin's files. */
export function dashboardPolicy(nonce: string, { settings, isDevelopment }: PolicyOptions): string {
  const socket = `${settings.appUrl.protocol === "https:" ? "wss" : "ws"}://${settings.appUrl.host}`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'", // Monaco, xterm and Radix place inline styles.
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ${socket}`,
    "worker-src 'self' blob:",
    `frame-src ${below(settings.previewUrl)} ${below(settings.appsUrl)}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const newNonce = (): string => randomBytes(16).toString("base64");

/** Headers of every answer of the dashboard besides its policy. */
export function dashboardHeaders(settings: Pick<Settings, "appUrl">): [string, string][] {
  const headers: [string, string][] = [
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
    ["referrer-policy", "same-origin"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["origin-agent-cluster", "?1"],
    ["permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"],
  ];
  if (settings.appUrl.protocol === "https:")
    headers.push(["strict-transport-security", "max-age=31536000"]);
  return headers;
}
