/** What keeps a form from being sent, announced when it appears. */
export function FormError({ children }: { children: string | null }) {
  return (
    <div role="alert">
      {children && (
        <p className="rounded-md bg-danger-muted px-3 py-2 text-sm text-danger">{children}</p>
      )}
    </div>
  );
}
