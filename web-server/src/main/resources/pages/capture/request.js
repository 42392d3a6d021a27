import { Failure, failureOf } from './failure.js';

const API = new URL('../../api/v1/', import.meta.url);
const STALLED_AFTER = 20_000;
/** Bytes per ms of a slow line: a buffer or a proxy may hold the whole body when the browser says that it is sent. */
const SLOW_RATE = 20;
const MAX_FACTOR = 4;
const LOOK_EVERY = 1000;

/**
 * One POST. XMLHttpRequest, because fetch tells nothing of an upload's progress.
 *
 * Aborts when nothing moves for 20 s while the body is sent. Then it waits for the answer as long as a slow line needs
 * for the whole body, or as the body took until then, and 20 s. Each failed attempt before makes both times longer, up
 * to four times as long.
 *
 * @param body a string or FormData
 * @param failures attempts that failed before this one
 * @param onProgress (0…1) of the body
 * @returns {Promise<{body: any, date: number}>} the JSON of a 2xx, and the server's time or NaN
 * @throws {Failure} anything else
 */
export function post(path, { headers = {}, body, failures = 0, onProgress = () => {}, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const started = Date.now();
    let moved = started;
    let patience = STALLED_AFTER;
    // Looked at by the clock and not with a timer of 20 s, which a locked phone would stop and start again.
    const watch = setInterval(() => {
      if (Date.now() - moved > patience * Math.min(1 + failures, MAX_FACTOR)) end(reject, new Failure('SLOW'));
    }, LOOK_EVERY);
    const end = (settle, value) => {
      clearInterval(watch);
      settle(value);
      request.abort();
    };
    request.upload.onprogress = (event) => {
      moved = Date.now();
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.upload.onload = (event) => {
      moved = Date.now();
      patience = STALLED_AFTER + Math.max(event.total / SLOW_RATE, moved - started);
    };
    request.onload = () => {
      if (request.status < 200 || request.status > 299) {
        const retryAfter = request.getResponseHeader('Retry-After');
        end(reject, failureOf({ status: request.status, body: request.responseText, retryAfter }));
        return;
      }
      try {
        const date = Date.parse(request.getResponseHeader('Date') ?? '');
        end(resolve, { body: JSON.parse(request.responseText), date });
      } catch {
        end(reject, new Failure('SERVER_AWAY'));
      }
    };
    request.onerror = () => end(reject, new Failure(navigator.onLine === false ? 'OFFLINE' : 'NO_ANSWER'));
    signal?.addEventListener('abort', () => end(reject, new Failure('NO_ANSWER')));
    request.open('POST', new URL(path, API));
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}
