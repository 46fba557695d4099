import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { themeCookie } from "@/lib/client/theme";
import "./globals.css";

/** Every page carries the nonce of its own request, so none can be made ahead of time. */
export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: { default: "Workroom", template: "%s · Workroom" },
  description: "Say what you want, watch it built, preview it, publish it.",
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  interactiveWidget: "resizes-content",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#0e1014" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = (await cookies()).get(themeCookie)?.value;
  const themeClass = theme === "light" || theme === "dark" ? theme : "";
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable} ${themeClass}`}
      suppressHydrationWarning
    >
      <body>{children}</body>
    </html>
  );
}
