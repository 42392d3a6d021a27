// The hint about the phone's battery, where the browser reports its level.

import { setText, toggle } from './view.js';

const LOW_BATTERY = 0.2;

/** Shows the hint on the instructions screen, and keeps it current. */
export async function setUpBatteryHint() {
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
