// Who has this page open: its token, and what the server tells every page.

const KEY = 'mobile-sync.token';
const fragment = new URLSearchParams(location.hash.slice(1));

/** {socketUrl, tokenUrl?, completedUrl?, fragmentTokens}, as docs/configuration.md says under "Pages". */
export const config = await (await fetch(new URL('config.json', import.meta.url))).json();

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

if (config.fragmentTokens && fragment.has('token')) {
  // Out of the address bar and the history at once; a reload finds it here.
  sessionStorage.setItem(KEY, fragment.get('token'));
  history.replaceState(null, '', location.pathname + location.search);
}

let current = sessionStorage.getItem(KEY);

/** A token that has some time left, or null where none can be had. @param renew the last one was refused */
export async function token({ renew = false } = {}) {
  if (current && !renew && secondsLeft(current) > 15) return current;
  if (!config.tokenUrl) return renew ? null : current;
  const answer = await fetch(config.tokenUrl, { credentials: 'include', headers: { Accept: 'application/json' } });
  if (answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(`token: ${answer.status}`);
  current = (await answer.json()).token;
  sessionStorage.setItem(KEY, current);
  return current;
}

/** What the token says, unchecked: the server checks it. {role, plan, examinee, plans, sub, exp}, or null. */
export async function claims() {
  const held = await token();
  return held ? payload(held) : null;
}

/** Calls the API with the token; once more with a new one where it is refused. */
export async function api(path, options = {}) {
  for (const renew of [false, true]) {
    const held = await token({ renew });
    if (!held) return new Response(null, { status: 401 });
    const headers = new Headers(options.headers);
    headers.set('Authorization', `Bearer ${held}`);
    const answer = await fetch(new URL(path.replace(/^\//, ''), apiUrl), { ...options, headers });
    if (answer.status !== 401 || renew || !config.tokenUrl) return answer;
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

function secondsLeft(jwt) {
  return (payload(jwt)?.exp ?? 0) - Date.now() / 1000;
}
