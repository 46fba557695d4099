// Shows the push messages of Workroom and opens their rooms. It has no fetch listener: pages load as without it.

self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data.json();
  event.waitUntil(
    self.registration.showNotification(title, { body, tag, renotify: true, data: { path } }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data ?? {};
  // A message leads to a page of this origin and nowhere else.
  const url = new URL(path ?? "/", self.location.origin);
  if (url.origin !== self.location.origin) return;
  event.waitUntil(openPage(url.href));
});

async function openPage(href) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.url === href);
  if (open) await open.focus();
  else await self.clients.openWindow(href);
}
