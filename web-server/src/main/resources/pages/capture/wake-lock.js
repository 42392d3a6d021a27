// Keeps the screen on while there is something to do. The browser lets go of it whenever the page is hidden.

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
    // Not there without HTTPS, not given with a low battery: the page works without.
  }
}

document.addEventListener('visibilitychange', take);
