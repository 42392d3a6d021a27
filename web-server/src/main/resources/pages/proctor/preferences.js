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
