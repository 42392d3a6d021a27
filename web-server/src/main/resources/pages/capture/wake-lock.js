// Keeps the screen on. The browser releases the lock whenever the page is hidden.

let wanted = false;
let lock = null;

export function keepAwake(on) {
  wanted = on;
  if (on) take();
  else lock?.release().catch(() => {});
}

async function take() {
  if (!wanted || document.hidden || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request('screen');
    if (!wanted) await lock.release();
  } catch {
    // The lock is optional: browsers deny it without HTTPS or on a low battery.
  }
}

document.addEventListener('visibilitychange', take);
