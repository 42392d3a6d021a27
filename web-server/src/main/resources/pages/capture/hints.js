// Hints about the phone's battery and screen lock, where the browser reports them.

import { setText, toggle } from './view.js';

const LOW_BATTERY = 0.2;

/** Shows the hints of the instructions screen, and keeps them current. */
export async function setUpHints() {
  toggle('lock-hint', !('wakeLock' in navigator));
  const battery = await navigator.getBattery?.().catch(() => null);
  if (!battery) return;
  const show = () => {
    const low = !battery.charging && battery.level <= LOW_BATTERY;
    toggle('battery-hint', low);
    setText('battery-hint-text', low ? 'instructions.battery' : undefined, { percent: Math.round(battery.level * 100) });
  };
  battery.addEventListener('levelchange', show);
  battery.addEventListener('chargingchange', show);
  show();
}
