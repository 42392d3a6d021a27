// The fragment that opened the page. This module loads first, so that the code leaves the address bar at once.

/** Normalizes a scanned, pasted or typed code: a complete link, lower case, spaces, hyphens, full-width letters. */
export function normalizeCode(text) {
  const typed = text.slice(text.lastIndexOf('#') + 1);
  return typed.normalize('NFKC').replace(/[\s\p{Z}\p{Pd}]+/gu, '').toUpperCase();
}

/** A code has 8 characters if typed, 28 in a link. */
export function isCode(code) {
  return /^([A-Z0-9]{8}|[A-Z0-9]{28})$/.test(code);
}

/** Formats a typed code as two groups of four with a hyphen. */
export function formatCode(code) {
  return code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** Returns the code of the link, or null, and clears the fragment. access.js handles a token (#token=…). */
function takeCode() {
  const fragment = location.hash.slice(1);
  if (!fragment || hasToken()) return null;
  clearFragment();
  try {
    return normalizeCode(decodeURIComponent(fragment));
  } catch {
    return normalizeCode(fragment);
  }
}

export function hasToken() {
  return new URLSearchParams(location.hash.slice(1)).has('token');
}

/** Removes the fragment from the address bar and the history. */
export function clearFragment() {
  history.replaceState(null, '', location.pathname + location.search);
}

let pendingCode = takeCode();
let deliver = () => {};

// Another QR code may change only the fragment of an open page, which does not reload it. The page may still be loading.
addEventListener('hashchange', () => {
  pendingCode = takeCode() ?? pendingCode;
  if (hasToken()) location.reload();
  else deliver();
});

/** Calls `handler` with the code of the link that opened the page, and of each later one. Returns whether there was one. */
export function onLink(handler) {
  deliver = () => {
    const code = pendingCode;
    pendingCode = null;
    if (code) handler(code);
    return Boolean(code);
  };
  return deliver();
}
