// What the page was opened with. Loaded before everything else, so that the code leaves the address bar at once.

/** The code in what was scanned, pasted or typed: a whole link, small letters, spaces, hyphens, full-width letters. */
export function codeIn(text) {
  const typed = text.slice(text.lastIndexOf('#') + 1);
  return typed.normalize('NFKC').replace(/[\s\p{Z}\p{Pd}]+/gu, '').toUpperCase();
}

/** One of 8 characters to type, or one of 28 that a link carries. */
export function isCode(code) {
  return /^([A-Z0-9]{8}|[A-Z0-9]{28})$/.test(code);
}

/** In two groups of four, as the examinee's page shows it. */
export function grouped(code) {
  return code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

/** The code of the link, which is then forgotten, or null. A token (#token=…) is left for session.js. */
export function takeCode() {
  const fragment = location.hash.slice(1);
  if (!fragment || hasToken()) return null;
  forget();
  try {
    return codeIn(decodeURIComponent(fragment));
  } catch {
    return codeIn(fragment);
  }
}

export function hasToken() {
  return new URLSearchParams(location.hash.slice(1)).has('token');
}

/** Out of the address bar and the history. */
export function forget() {
  history.replaceState(null, '', location.pathname + location.search);
}

let first = takeCode();

/** The code that the page was opened with, once. */
export function openedWith() {
  const code = first;
  first = null;
  return code;
}
