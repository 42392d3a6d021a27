// Who has this page open: its token, and what the server tells every page.

const KEY = 'mobile-sync.token';
const TIMEOUT = 15_000;

/** {socketUrl, tokenUrl?, completedUrl?, fragmentTokens, parentOrigins}, as docs/configuration.md says under "Pages". */
export const config = await fetchWithRetry(new URL('config.json', import.meta.url));

/** Where the API is: the folder above the pages' own. */
export const apiUrl = new URL('..', import.meta.url);

/** socket-server's address, complete. */
export const socketUrl = (() => {
  const secure = location.protocol === 'https:';
  if (config.socketUrl.startsWith(':')) {
    return `${secure ? 'wss' : 'ws'}://${location.hostname}${config.socketUrl}`;
  }
  const url = new URL(config.socketUrl, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.href;
})();

let current = stored();
takeFromFragment();
// A link that is opened in the same window changes the fragment only, which loads nothing.
addEventListener('hashchange', () => takeFromFragment() && location.reload());

let asking = null;

/**
 * A token, or null where none can be had. Whether it is good still is the server's to say: this machine's clock may be
 * wrong.
 *
 * @param renew the last one was refused
 */
export async function token({ renew = false } = {}) {
  if (current && !renew) return current;
  if (!config.tokenUrl) return renew ? null : current;
  // Asked by several at once, it is fetched once.
  asking ??= fetchToken().finally(() => (asking = null));
  return asking;
}

async function fetchToken() {
  const answer = await fetch(config.tokenUrl, {
    credentials: 'include', headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT),
  });
  if (answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(`token: ${answer.status}`);
  keep((await answer.json()).token);
  return current;
}

/** What the token says, unchecked: the server checks it. {role, plan, examinee, plans, sub, exp}, or null. */
export async function claims() {
  const held = await token();
  return held ? payload(held) : null;
}

/** Calls the API with the token; once more with a new one where it is refused. */
export async function api(path, options = {}) {
  let held = await token();
  for (const last of [!config.tokenUrl, true]) {
    if (!held) return new Response(null, { status: 401 });
    const headers = new Headers(options.headers);
    headers.set('Authorization', `Bearer ${held}`);
    const answer = await fetch(new URL(path.replace(/^\//, ''), apiUrl), { ...options, headers });
    if (answer.status !== 401 || last) return answer;
    // Somebody else may have fetched a new one meanwhile.
    held = held === current ? await token({ renew: true }) : current;
  }
}

/** The server may be starting just now. */
async function fetchWithRetry(url) {
  for (;;) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
      if (answer.ok) return await answer.json();
    } catch {
      // asked again
    }
    await new Promise((resolve) => setTimeout(resolve, 1000 + 2000 * Math.random()));
  }
}

/** Out of the address bar and the history at once, taken or not; a reload finds it in the session's storage. */
function takeFromFragment() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!found) return false;
  history.replaceState(null, '', location.pathname + location.search);
  if (!config.fragmentTokens) return false;
  keep(found);
  return true;
}

function keep(next) {
  current = next;
  try {
    sessionStorage.setItem(KEY, next);
  } catch {
    // Where nothing may be stored, a reload needs another one.
  }
}

function stored() {
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
