import type { ReactNode } from "react";

type AccountSectionProps = { id: string; title: string; help?: ReactNode; children: ReactNode };

/** One part of the account page under its heading. */
export function AccountSection({ id, title, help, children }: AccountSectionProps) {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div>
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {help && <p className="text-sm text-muted-foreground">{help}</p>}
      </div>
      {children}
    </section>
  );
}
