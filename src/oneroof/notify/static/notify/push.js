// This browser is tied to one's notices, or let go. Which words and button are shown is all that the page's states are:
// insecure, unsupported, denied, off, on.

const place = document.getElementById("push");

function show(state, words = "") {
  for (const part of place.querySelectorAll("[data-push]")) part.hidden = part.dataset.push !== state;
  const failure = document.getElementById("push-failure");
  failure.hidden = !words;
  failure.textContent = words;
}

function keyBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.codePointAt(0));
}

async function fingerprint(endpoint) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function look() {
  if (!window.isSecureContext) return show("insecure");
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return show("unsupported");
  }
  if (Notification.permission === "denied") return show("denied");
  const held = await subscription();
  const row = held && document.querySelector(`[data-fingerprint="${await fingerprint(held.endpoint)}"]`);
  row?.querySelector("[data-this-browser]")?.removeAttribute("hidden");
  return show(row ? "on" : "off");
}

async function post(address, options) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, ...options });
}

async function tie() {
  if ((await Notification.requestPermission()) !== "granted") return look();
  await navigator.serviceWorker.register(place.dataset.worker, { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const key = keyBytes(place.dataset.pushKey);
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await post(place.dataset.browsers, { body: JSON.stringify(made) });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return location.reload();
}

async function letGo() {
  const held = await subscription();
  const row = document.querySelector(`[data-fingerprint="${await fingerprint(held.endpoint)}"]`);
  await held.unsubscribe();
  row.querySelector("form[data-removal]").requestSubmit();
}

function trying(act) {
  return async (event) => {
    event.target.disabled = true;
    try {
      await act();
    } catch (error) {
      show("off", `${place.dataset.failed} ${error.message}`);
    } finally {
      event.target.disabled = false;
    }
  };
}

if (place) {
  place.querySelector("[data-tie]").addEventListener("click", trying(tie));
  place.querySelector("[data-let-go]").addEventListener("click", trying(letGo));
  look();
}
