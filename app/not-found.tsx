// Next sends this page's code along with every other page, so it stands on plain elements alone.
export default function NotFound() {
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-2 p-6 text-center">
      <h1 className="font-medium">There is nothing here</h1>
      <p className="text-muted-foreground">The address is wrong, or what was here is gone.</p>
      {/* oxlint-disable-next-line nextjs/no-html-link-for-pages -- Whatever led here, a fresh page leads out. */}
      <a href="/" className="mt-2 rounded-md border px-3.5 py-2 font-medium hover:bg-hover">
        Go to your workrooms
      </a>
    </main>
  );
}
