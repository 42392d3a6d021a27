/** The longest wait (ms). A timer of more than 24 days would fire at once. */
const MAX_WAIT = 3_600_000;

/** The wait that a response's Retry-After requests, in ms; 0 without one. It holds seconds or a date of the server (RFC 9110). */
export function retryAfterMillis(headers) {
  const value = headers.get('Retry-After');
  const seconds = Number(value);
  // This machine's clock may be wrong.
  const serverNow = Date.parse(headers.get('Date')) || Date.now();
  const wait = Number.isNaN(seconds) ? Date.parse(value) - serverNow : seconds * 1000;
  return Math.min(MAX_WAIT, Math.max(0, wait)) || 0;
}
