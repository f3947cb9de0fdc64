// Shows what is pushed to this browser, and leads to where it is about. It keeps nothing and answers no request.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const shown = { body: told.body, tag: told.tag, data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.title ?? "Oneroof", shown));
});

async function lead(url) {
  const target = new URL(url ?? "/desk/notices/", self.location.origin);
  if (target.origin !== self.location.origin) return;
  const open = await self.clients.matchAll({ type: "window" });
  const there = open.find((client) => client.url === target.href);
  if (there) await there.focus();
  else await self.clients.openWindow(target.href);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.url));
});
