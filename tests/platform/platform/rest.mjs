// Requests to mobile-sync. Failures are problem documents (docs/errors.md), which say whether a repetition may succeed.

import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT = 15_000;
const GIVE_UP_AFTER = 60_000;
const FIRST_DELAY = 500;
const MAX_DELAY = 10_000;

/** A response other than 2xx. A code that this program does not know is handled by `retryable`, like any other. */
export class Problem extends Error {
  constructor({ status, headers, url }, { type, code, retryable, reason, detail, title } = {}) {
    super(`${status} ${code ?? ''}${reason ? ` (${reason})` : ''}: ${detail ?? title ?? 'no problem document'}`);
    this.status = status;
    this.code = code;
    this.reason = reason;
    // The page that explains the code, on the server that answered.
    this.type = type && new URL(type, url).href;
    // A proxy's response is no problem document.
    this.retryable = retryable ?? (status === 429 || status >= 502);
    this.retryAfter = 1000 * Number(headers.get('Retry-After') ?? 0);
  }
}

/**
 * Sends a request that may be repeated: a read, a replacement, or one with an Idempotency-Key. Repeats it after a broken
 * connection and after a retryable problem, with the same key, until it succeeds or the time is over.
 *
 * @param request.token a function, so that a repetition has a new token
 * @param request.json, request.form the body
 * @returns the response, whose status is 2xx
 * @throws Problem if a repetition cannot succeed; the last failure if the time is over
 */
export async function send(method, url, { token, headers, json, form, giveUpAfter = GIVE_UP_AFTER } = {}) {
  const end = Date.now() + giveUpAfter;
  for (let failures = 0; ; failures++) {
    try {
      return await sendOnce(method, url, { token, headers, json, form });
    } catch (failure) {
      if (!mayBeRepeated(failure)) throw failure;
      const wait = withJitter(Math.max(failure.retryAfter ?? 0, Math.min(MAX_DELAY, FIRST_DELAY * 2 ** failures)));
      if (Date.now() + wait > end) throw failure;
      await sleep(wait);
    }
  }
}

async function sendOnce(method, url, { token, headers, json, form }) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token()}` }),
      ...(json && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: json ? JSON.stringify(json) : form,
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (response.ok) return response;
  throw new Problem(response, await response.json().catch(() => ({})));
}

function mayBeRepeated(failure) {
  if (failure instanceof Problem) return failure.retryable;
  // fetch throws the first if there is no connection.
  return failure instanceof TypeError || failure.name === 'TimeoutError';
}

/** Between this delay and half more. Retry-After is the least. */
function withJitter(delay) {
  return delay * (1 + Math.random() / 2);
}
