// The configuration that the server gives to every page.

import { setExamineeWord } from './i18n.js';

const TIMEOUT = 15_000;

/** See docs/configuration.md under "Pages". */
export const config = await fetchWithRetry(new URL('config.json', import.meta.url));

setExamineeWord(config.examineeWord);

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
