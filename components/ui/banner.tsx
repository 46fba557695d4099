import { cva, type VariantProps } from "class-variance-authority";
import type { ReactNode } from "react";
import { cn } from "@/lib/client/cn";

const bannerVariants = cva(
  "flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-sm [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      tone: {
        neutral: "bg-muted text-foreground",
        warning: "bg-warning-muted text-warning",
        danger: "bg-danger-muted text-danger",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
);

type BannerProps = VariantProps<typeof bannerVariants> & {
  icon?: ReactNode;
  /** A button or link that does what the banner asks for. */
  action?: ReactNode;
  className?: string;
  children: ReactNode;
};

export function Banner({ tone, icon, action, className, children }: BannerProps) {
  return (
    <output className={cn(bannerVariants({ tone }), className)}>
      {icon}
      <span className="min-w-0 flex-1 basis-60">{children}</span>
      {action}
    </output>
  );
}
