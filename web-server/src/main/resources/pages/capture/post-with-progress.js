import { Failure, failureOf } from './failure.js';

const API = new URL('../../api/v1/', import.meta.url);
const STALL_TIMEOUT = 20_000;
/** Bytes per ms of a slow line. After the browser reports the body as sent, a buffer or a proxy may still hold it. */
const SLOW_RATE = 20;
const MAX_FACTOR = 4;
const CHECK_INTERVAL = 1000;

/**
 * Sends one POST by XMLHttpRequest, because fetch does not report upload progress.
 *
 * Aborts after 20 s without progress while the body is sent. Then it waits 20 s for the response, plus the time that a
 * slow line needs for the whole body, or that the upload took if this is longer. Each earlier failure extends both
 * limits, up to four times.
 *
 * @param body a string or FormData
 * @param failures earlier failed attempts
 * @param onProgress the fraction of the body that is sent (0…1)
 * @returns {Promise<{body: any, date: number}>} the JSON of a 2xx, and the server's time in ms or NaN
 * @throws {Failure} otherwise
 */
export function post(path, { headers = {}, body, failures = 0, onProgress = () => {}, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const started = Date.now();
    let lastProgress = started;
    let limit = STALL_TIMEOUT;
    // Compares clock times, because a locked phone suspends and resumes a 20 s timer.
    const stallCheck = setInterval(() => {
      if (Date.now() - lastProgress > limit * Math.min(1 + failures, MAX_FACTOR)) finish(reject, new Failure('SLOW'));
    }, CHECK_INTERVAL);
    const finish = (settle, value) => {
      clearInterval(stallCheck);
      settle(value);
      request.abort();
    };
    request.upload.onprogress = (event) => {
      lastProgress = Date.now();
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.upload.onload = (event) => {
      lastProgress = Date.now();
      limit = STALL_TIMEOUT + Math.max(event.total / SLOW_RATE, lastProgress - started);
    };
    request.onload = () => {
      if (request.status < 200 || request.status > 299) {
        const headers = { get: (name) => request.getResponseHeader(name) };
        finish(reject, failureOf({ status: request.status, body: request.responseText, headers }));
        return;
      }
      try {
        const date = Date.parse(request.getResponseHeader('Date') ?? '');
        finish(resolve, { body: JSON.parse(request.responseText), date });
      } catch {
        finish(reject, new Failure('SERVER_UNAVAILABLE'));
      }
    };
    request.onerror = () => finish(reject, new Failure(navigator.onLine === false ? 'OFFLINE' : 'NO_RESPONSE'));
    signal?.addEventListener('abort', () => finish(reject, new Failure('NO_RESPONSE')));
    request.open('POST', new URL(path, API));
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}
