// The countdown before a picture: large digits and a beep for each second.

import { beep } from './sound.js';
import { element, setText, toggle } from './view.js';

const SECOND = 1_000;

let running = null;

/** Whether a countdown runs. */
export function isCounting() {
  return running !== null;
}

/** Counts down; true at its end, false if it was cancelled. Without seconds it ends at once. */
export function countDown(seconds) {
  cancelCountdown();
  if (!seconds) return Promise.resolve(true);
  return new Promise((resolve) => {
    const endsAt = performance.now() + seconds * SECOND;
    let shown = 0;
    const tick = () => {
      const left = Math.ceil((endsAt - performance.now()) / SECOND);
      if (left <= 0) finish(true);
      else if (left !== shown) {
        shown = left;
        element('digits').textContent = String(left);
        beep(left === 1 ? 'last' : 'tick');
      }
    };
    const timer = setInterval(tick, 50);
    const finish = (completed) => {
      clearInterval(timer);
      running = null;
      toggle('digits', false);
      element('take').removeAttribute('data-counting');
      resolve(completed);
    };
    running = finish;
    toggle('digits', true);
    element('take').setAttribute('data-counting', '');
    setText('count-status', 'camera.counting', { seconds });
    tick();
  });
}

export function cancelCountdown() {
  running?.(false);
  setText('count-status', undefined);
}
