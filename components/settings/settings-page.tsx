import type { ReactNode } from "react";

type SettingsPageProps = { title: string; intro: ReactNode; children: ReactNode };

/** The frame of each page of the settings. */
export function SettingsPage({ title, intro, children }: SettingsPageProps) {
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-8 px-4 py-6 md:py-10">
      <div className="flex flex-col gap-1">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        <p className="text-muted-foreground">{intro}</p>
      </div>
      {children}
    </div>
  );
}
