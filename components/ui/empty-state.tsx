import type { ReactNode } from "react";
import { cn } from "@/lib/client/cn";

type EmptyStateProps = {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** How to get something: one or two buttons. */
  action?: ReactNode;
  /** It is all that the page says, so its title is the page's heading. */
  isWholePage?: boolean;
  className?: string;
};

export function EmptyState({
  icon,
  title,
  children,
  action,
  isWholePage = false,
  className,
}: EmptyStateProps) {
  const Title = isWholePage ? "h1" : "p";
  return (
    <div
      className={cn(
        "mx-auto flex h-full max-w-sm flex-col items-center justify-center gap-2 p-6 text-center",
        className,
      )}
    >
      {icon && <div className="mb-1 text-muted-foreground [&_svg]:size-6">{icon}</div>}
      <Title className="font-medium">{title}</Title>
      {children && <div className="text-sm text-muted-foreground">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
