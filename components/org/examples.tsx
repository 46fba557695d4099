import { ChartColumnIcon, ListFilterIcon, TextSearchIcon } from "lucide-react";

export type Example = { title: string; description: string; text: string };

export const examples: readonly Example[] = [
  {
    title: "Sales dashboard",
    description: "Totals, months and regions on one page",
    text: "Build me a dashboard of these sales",
  },
  {
    title: "What's in this file?",
    description: "The numbers that matter, in plain words",
    text: "What's in this file?",
  },
  {
    title: "Find the odd rows",
    description: "Gaps, doubles and outliers, with the rows",
    text: "Find the odd rows",
  },
];

const icons = [ChartColumnIcon, TextSearchIcon, ListFilterIcon];

type ExamplesProps = { onPick: (example: Example) => void; isBusy: boolean };

/** Three prompts that really run: each brings the sample file along. */
export function Examples({ onPick, isBusy }: ExamplesProps) {
  return (
    <ul aria-label="Examples with sample sales" className="grid w-full gap-2 sm:grid-cols-3">
      {examples.map((example, index) => {
        const Icon = icons[index] ?? ChartColumnIcon;
        return (
          <li key={example.title}>
            <button
              type="button"
              disabled={isBusy}
              onClick={() => onPick(example)}
              className="flex h-full w-full flex-col items-start gap-1 rounded-lg border bg-card p-3 text-left transition-colors hover:border-primary hover:bg-accent disabled:opacity-60"
            >
              <Icon aria-hidden className="mb-1 size-4 text-muted-foreground" />
              <span className="text-sm font-medium">{example.title}</span>
              <span className="text-[0.8125rem] text-muted-foreground">{example.description}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
