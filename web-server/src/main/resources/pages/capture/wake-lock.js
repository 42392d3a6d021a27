// Keeps the screen on. The browser releases the lock whenever the page is hidden.

let enabled = false;
let lock = null;

export function keepScreenOn(on) {
  enabled = on;
  if (on) requestLock();
  else lock?.release().catch(() => {});
}

async function requestLock() {
  if (!enabled || document.hidden || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request('screen');
    if (!enabled) await lock.release();
  } catch {
    // The lock is optional: browsers deny it without HTTPS or on a low battery.
  }
}

document.addEventListener('visibilitychange', requestLock);
