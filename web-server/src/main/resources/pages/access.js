// The token of this page, and the configuration that the server gives to every page.

const KEY = 'mobile-sync.token';
const TIMEOUT = 15_000;

/** {socketUrl, tokenUrl?, completedUrl?, fragmentTokens, parentOrigins}; see docs/configuration.md under "Pages". */
export const config = await fetchWithRetry(new URL('config.json', import.meta.url));

/** The base of API paths: the directory above the pages' own. */
export const apiUrl = new URL('..', import.meta.url);

/** The complete URL of socket-server. */
export const socketUrl = (() => {
  const secure = location.protocol === 'https:';
  if (config.socketUrl.startsWith(':')) {
    return `${secure ? 'wss' : 'ws'}://${location.hostname}${config.socketUrl}`;
  }
  const url = new URL(config.socketUrl, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
})();

let current = storedToken();
readFragment();
// A link that changes only the fragment does not reload an open page.
addEventListener('hashchange', () => readFragment() && location.reload());

let pendingRequest = null;

/**
 * A token, or null if none is available. Only the server decides whether it is still valid, because this machine's
 * clock may be wrong.
 *
 * @param renew the last one was rejected
 */
export async function token({ renew = false } = {}) {
  if (current && !renew) return current;
  if (!config.tokenUrl) return renew ? null : current;
  // Concurrent callers share one request.
  pendingRequest ??= fetchToken().finally(() => (pendingRequest = null));
  return pendingRequest;
}

async function fetchToken() {
  const response = await fetch(config.tokenUrl, {
    credentials: 'include', headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) throw new Error(`token: ${response.status}`);
  storeToken((await response.json()).token);
  return current;
}

/** The unverified claims of the token: {role, plan, examinee, plans, sub, exp}, or null. The server verifies them. */
export async function claims() {
  const jwt = await token();
  return jwt ? payload(jwt) : null;
}

/** Calls the API with the token, and once more with a new one after a 401. */
export async function api(path, options = {}) {
  let jwt = await token();
  for (const last of [!config.tokenUrl, true]) {
    if (!jwt) return new Response(null, { status: 401 });
    const headers = new Headers(options.headers);
    headers.set('Authorization', `Bearer ${jwt}`);
    const response = await fetch(new URL(path.replace(/^\//, ''), apiUrl), { ...options, headers });
    if (response.status !== 401 || last) return response;
    // Another caller may have renewed the token meanwhile.
    jwt = jwt === current ? await token({ renew: true }) : current;
  }
}

/** Retries, because the server may still be starting. */
async function fetchWithRetry(url) {
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
      if (response.ok) return await response.json();
    } catch {
      // The next attempt follows.
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 + 2000 * Math.random()));
  }
}

/** Removes the token from the address bar and the history, even if it is not allowed. A reload finds it in storage. */
function readFragment() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!found) return false;
  history.replaceState(null, '', location.pathname + location.search);
  if (!config.fragmentTokens) return false;
  storeToken(found);
  return true;
}

function storeToken(next) {
  current = next;
  try {
    sessionStorage.setItem(KEY, next);
  } catch {
    // Without storage, a reload needs a new token.
  }
}

function storedToken() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function payload(jwt) {
  try {
    const bytes = Uint8Array.from(atob(jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
