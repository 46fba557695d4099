import { RotateCwIcon } from "lucide-react";
import { Button } from "./button";
import { EmptyState } from "./empty-state";

type ErrorStateProps = {
  title: string;
  message: string;
  onRetry?: () => void;
  isWholePage?: boolean;
  className?: string;
};

/** Says what did not work in plain words and offers to try again. */
export function ErrorState({
  title,
  message,
  onRetry,
  isWholePage = false,
  className,
}: ErrorStateProps) {
  return (
    <div role="alert" className={className}>
      <EmptyState
        title={title}
        isWholePage={isWholePage}
        action={
          onRetry && (
            <Button onClick={onRetry}>
              <RotateCwIcon aria-hidden /> Try again
            </Button>
          )
        }
      >
        {message}
      </EmptyState>
    </div>
  );
}
