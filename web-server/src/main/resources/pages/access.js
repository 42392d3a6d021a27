// The token of this page.
//
// A link (#token=…, for trials) brings it, or the platform issues it: at its `token-url`, with the browser's cookies, or, if
// that yields none, through the page that embeds this one. The platform is asked on every load, because another person may
// have signed in since; only a link's token outlives a reload.

import { apiUrl, config, socketUrl } from './config.js';
import { embedded, requestToken } from './embedding-page.js';

export { apiUrl, config, socketUrl };

const KEY = 'mobile-sync.token';
const TIMEOUT = 15_000;
const RETRY_DELAY = 3_000;

/** Whether the platform issues tokens to this page. */
const issued = Boolean(config.tokenUrl) || embedded;

let current = null;
let pendingRequest = null;
let problems = [];

if (!readFragment()) {
  if (issued || !config.fragmentTokens) forgetToken();
  else current = storedToken();
}
// A link that changes only the fragment does not reload an open page.
addEventListener('hashchange', () => readFragment() && location.reload());
// "Back" may restore this page as it was before another person signed in.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && issued) token({ renew: true }).then((next) => next ?? location.reload(), () => {});
});

/**
 * A token, or null if none is available. Only the server decides whether it is still valid, because this machine's
 * clock may be wrong. If the platform issues one for another person, the page reloads.
 *
 * @param renew the last one was rejected
 * @throws Error if the token URL fails; see {@link tokenProblems}. A silent embedding page gives null
 */
export async function token({ renew = false } = {}) {
  if (current && !renew) return current;
  if (!issued) return renew ? null : current;
  // Concurrent callers share one request.
  pendingRequest ??= fetchToken(renew).finally(() => (pendingRequest = null));
  return pendingRequest;
}

/**
 * Why the last request for a token gave none: TOKEN_URL_FAILED (no response, or an error), TOKEN_URL_REFUSED (401 or 403: the
 * platform does not see a signed-in user, perhaps because the browser blocks its cookies), PARENT_SILENT (the embedding page
 * did not answer), PARENT_REFUSED (it has no token), NO_TOKEN_SOURCE (there is no one to ask).
 */
export function tokenProblems() {
  return !issued && !current ? ['NO_TOKEN_SOURCE'] : problems;
}

async function fetchToken(renew) {
  const found = [];
  const sources = [
    [config.tokenUrl, fetchFromPlatform, 'TOKEN_URL'],
    [embedded, () => requestToken(renew), 'PARENT'],
  ];
  let failure = null;
  for (const [available, request, name] of sources) {
    if (!available) continue;
    try {
      const next = await request();
      if (next) {
        problems = [];
        accept(next);
        return next;
      }
      found.push(`${name}_REFUSED`);
    } catch (error) {
      found.push(name === 'PARENT' ? 'PARENT_SILENT' : 'TOKEN_URL_FAILED');
      failure = error;
    }
  }
  problems = found;
  // The token URL may have a token later.
  if (failure && found.includes('TOKEN_URL_FAILED')) throw failure;
  return null;
}

async function fetchFromPlatform() {
  const response = await fetch(config.tokenUrl, {
    credentials: 'include', headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) throw new Error(`token: ${response.status}`);
  const { token: next } = await response.json();
  if (typeof next !== 'string') throw new Error('token: no token in the response');
  return next;
}

function accept(next) {
  const other = current !== null && subjectOf(current) !== subjectOf(next);
  current = next;
  if (other) location.reload();
}

/** The person whom a token is for. Two tokens of one person differ, for example in their expiry. */
function subjectOf(jwt) {
  const { role, plan, examinee, plans, sub } = claimsOf(jwt) ?? {};
  return JSON.stringify([role, plan, examinee, plans, role === 'proctor' ? sub : null]);
}

/** The unverified claims of a token: {role, plan, examinee, name, plans, sub, exp}, or null. The server verifies them. */
export function claimsOf(jwt) {
  try {
    const bytes = Uint8Array.from(atob(jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** The claims of this page's token, or null. Waits while the token URL fails. */
export async function claims() {
  for (;;) {
    try {
      return claimsOf(await token());
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY));
    }
  }
}

/** Calls the API with the token, and once more with a new one after a 401. */
export async function api(path, options = {}) {
  let jwt = await token();
  for (const last of [!issued, true]) {
    if (!jwt) return new Response(null, { status: 401 });
    const headers = new Headers(options.headers);
    headers.set('Authorization', `Bearer ${jwt}`);
    const response = await fetch(new URL(path.replace(/^\//, ''), apiUrl), { ...options, headers });
    if (response.status !== 401 || last) return response;
    // Another caller may have renewed the token meanwhile.
    jwt = jwt === current ? await token({ renew: true }) : current;
  }
}

/** Removes the token from the address bar and the history, even if it is not allowed. A reload finds it in storage. */
function readFragment() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!found) return false;
  history.replaceState(null, '', location.pathname + location.search);
  if (!config.fragmentTokens) return false;
  current = found;
  try {
    sessionStorage.setItem(KEY, found);
  } catch {
    // Without storage, a reload needs the link again.
  }
  return true;
}

function forgetToken() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing is stored.
  }
}

function storedToken() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
