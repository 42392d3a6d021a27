// A proctor's preferences, stored in this browser if possible.

export function readPreference(name) {
  try {
    return localStorage.getItem(`mobile-sync.proctor.${name}`) === 'on';
  } catch {
    return false;
  }
}

export function writePreference(name, on) {
  try {
    localStorage.setItem(`mobile-sync.proctor.${name}`, on ? 'on' : 'off');
  } catch {
    // Without storage, a reload loses the preference.
  }
}

/** @param fallback if no number is stored */
export function readNumber(name, fallback) {
  try {
    const stored = localStorage.getItem(`mobile-sync.proctor.${name}`);
    return stored === null || Number.isNaN(Number(stored)) ? fallback : Number(stored);
  } catch {
    return fallback;
  }
}

export function writeNumber(name, value) {
  try {
    localStorage.setItem(`mobile-sync.proctor.${name}`, String(value));
  } catch {
    // Without storage, a reload loses the preference.
  }
}
