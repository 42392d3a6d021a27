// The page that embeds this one in an <iframe>: messages in both directions, only with origins that the server allows.

import { config } from './config.js';

const ANSWER_TIMEOUT = 5_000;
/** The embedding page may load its script later than this one. */
const ASK_INTERVAL = 1_000;

/** Whether another window embeds this page. */
export const embedded = window.parent !== window;

const origins = [...new Set([...(config.parentOrigins ?? []), location.origin])];

/** Sends {type, detail} to the embedding page. The browser delivers it only to an allowed origin. */
export function notifyParent(type, detail) {
  if (!embedded) return;
  for (const origin of origins) window.parent.postMessage({ type, detail }, origin);
}

/**
 * Asks the embedding page for a token: it receives `mobile-sync:token-request` and answers {type: 'mobile-sync:token', token}
 * to this window. token null: no one is signed in.
 *
 * @param renew the last one was rejected
 * @returns a token, or null if no one is signed in
 * @throws Error if no allowed page answers in time
 */
export function requestToken(renew) {
  return new Promise((resolve, reject) => {
    const receive = ({ source, origin, data }) => {
      if (source !== window.parent || !origins.includes(origin) || data?.type !== 'mobile-sync:token') return;
      finish();
      resolve(typeof data.token === 'string' ? data.token : null);
    };
    const finish = () => {
      clearTimeout(timer);
      clearInterval(asking);
      removeEventListener('message', receive);
    };
    const timer = setTimeout(() => {
      finish();
      reject(new Error('the embedding page does not answer'));
    }, ANSWER_TIMEOUT);
    const ask = () => notifyParent('mobile-sync:token-request', { renew });
    const asking = setInterval(ask, ASK_INTERVAL);
    addEventListener('message', receive);
    ask();
  });
}
