import type { ComponentProps, ReactNode } from "react";

type RadioRowProps = Omit<ComponentProps<"input">, "type" | "children"> & {
  title: string;
  description: ReactNode;
};

/** One choice of several with a sentence that says what it means. */
export function RadioRow({ title, description, ...input }: RadioRowProps) {
  return (
    <label className="grid min-h-11 cursor-pointer grid-cols-[auto_1fr] gap-x-3 px-3 py-2.5 has-checked:bg-accent has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-ring">
      <input type="radio" className="mt-1 accent-primary outline-none" {...input} />
      <span className="text-sm font-medium">{title}</span>
      <span className="col-start-2 text-[0.8125rem] text-muted-foreground">{description}</span>
    </label>
  );
}
