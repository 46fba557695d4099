import type { ReactNode } from "react";

type AuthCardProps = { title: string; lead?: ReactNode; children: ReactNode };

export function AuthCard({ title, lead, children }: AuthCardProps) {
  return (
    <div className="flex w-full max-w-md flex-col gap-6">
      <div className="flex flex-col gap-1">
        <p className="mb-3 text-sm font-semibold text-muted-foreground">Workroom</p>
        <h1 className="text-2xl font-semibold tracking-tight text-balance">{title}</h1>
        {lead && <p className="text-muted-foreground">{lead}</p>}
      </div>
      {children}
    </div>
  );
}
