// Beeps and vibration. Browsers permit sound only after a touch, so unlockSound() is called by one.

const BEEPS = {
  tick: [[880, 0.09]],
  last: [[1320, 0.25]],
  shutter: [[1760, 0.06], [1180, 0.12]],
  attention: [[988, 0.18], [1319, 0.18], [988, 0.18], [1319, 0.35]],
};
const VIBRATION = [300, 120, 300, 120, 500];
const VOLUME = 0.25;

let context = null;

export function unlockSound() {
  try {
    context ??= new AudioContext();
    context.resume().catch(() => {});
  } catch {
    // This browser has no sound.
  }
}

/** @param name of BEEPS */
export function beep(name) {
  if (context?.state !== 'running') return;
  let start = context.currentTime;
  for (const [frequency, length] of BEEPS[name]) {
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(VOLUME, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + length);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(start + length);
    start += length;
  }
}

/** Asks for the examinee's attention. */
export function alertExaminee() {
  beep('attention');
  navigator.vibrate?.(VIBRATION);
}
