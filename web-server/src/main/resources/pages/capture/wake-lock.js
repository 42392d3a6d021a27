// Keeps the screen on, or shows a hint about the phone's automatic lock. The browser releases the lock whenever the page is hidden.

import { toggle } from './view.js';

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
    toggle('lock-hint', false);
    if (!enabled) await lock.release();
  } catch {
    // Browsers deny the lock without HTTPS or on a low battery, and some do not know it.
    toggle('lock-hint', true);
  }
}

document.addEventListener('visibilitychange', requestLock);
