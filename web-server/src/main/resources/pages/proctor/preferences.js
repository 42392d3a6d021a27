// What a proctor chose, kept in this browser where that is possible.

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
    // chosen again next time
  }
}
