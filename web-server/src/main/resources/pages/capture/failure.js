// Why an action failed, where the cause is, and what the user can do.

import { retryAfterMillis } from '../retry-after.js';

/**
 * Maps each code to:
 *   side    the cause: 'network' (the phone's), 'server', 'picture', 'pairing' or 'camera'
 *   action  what the button does: 'again', 'takeAgain', 'code', 'reload' or 'file'
 *   automatic  true if the page retries automatically; otherwise only the button retries
 * The texts are in texts.js, under error.<code> and error.<code>.text.
 */
export const RECOVERY_ACTIONS = {
  // Codes of docs/messages.md.
  INVALID_REQUEST: { side: 'server', action: 'reload' },
  CAPTURE_TRANSFER_FAILED: { side: 'network', action: 'again', automatic: true },
  CAPTURE_TOO_LARGE: { side: 'picture', action: 'takeAgain' },
  CAPTURE_NOT_AN_IMAGE: { side: 'picture', action: 'takeAgain' },
  CAPTURE_STORE_FAILED: { side: 'server', action: 'again', automatic: true },
  STATUS_PUBLISH_FAILED: { side: 'server', action: 'again', automatic: true },
  STATE_CHANGE_FAILED: { side: 'server', action: 'again', automatic: true },
  SYNC_TIMEOUT: { side: 'pairing', action: 'again' },
  UNAUTHENTICATED: { side: 'pairing', action: 'code' },
  AUTHENTICATION_UNAVAILABLE: { side: 'server', action: 'again', automatic: true },
  FORBIDDEN: { side: 'pairing', action: 'code' },
  NOT_FOUND: { side: 'pairing', action: 'code' },
  TOO_MANY_REQUESTS: { side: 'server', action: 'again', automatic: true },
  STATE_UNAVAILABLE: { side: 'server', action: 'again', automatic: true },
  INTERNAL_ERROR: { side: 'server', action: 'again' },
  // Specific cases of these codes.
  DEVICE_REPLACED: { side: 'pairing', action: 'code' },
  PAIRING_ENDED: { side: 'pairing', action: 'code' },
  CODE_UNKNOWN: { side: 'pairing', action: 'code' },
  CODE_MALFORMED: { side: 'pairing', action: 'code' },
  NO_PAIRING_LINK: { side: 'pairing', action: 'code' },
  // The server did not respond.
  OFFLINE: { side: 'network', action: 'again', automatic: true },
  NO_RESPONSE: { side: 'network', action: 'again', automatic: true },
  SLOW: { side: 'network', action: 'again', automatic: true },
  SERVER_UNAVAILABLE: { side: 'server', action: 'again', automatic: true },
  // Failures on this phone.
  CAMERA_DENIED: { side: 'camera', action: 'file' },
  CAMERA_MISSING: { side: 'camera', action: 'file' },
  CAMERA_BUSY: { side: 'camera', action: 'file' },
  PICTURE_UNREADABLE: { side: 'picture', action: 'file' },
};

export class Failure extends Error {
  /** @param retryAfter ms that the server requests, or 0 */
  constructor(code, retryAfter = 0) {
    super(code);
    this.code = code in RECOVERY_ACTIONS ? code : 'INTERNAL_ERROR';
    this.retryAfter = retryAfter;
  }

  get recovery() {
    return RECOVERY_ACTIONS[this.code];
  }
}

/** The failure in a response: the server's application/problem+json, or the bare status of a proxy. */
export function failureOf({ status, body, headers }) {
  const problem = parseJson(body);
  return new Failure(knownReason(problem) ?? problem?.code ?? codeOfStatus(status), retryAfterMillis(headers));
}

function knownReason(problem) {
  return problem?.reason in RECOVERY_ACTIONS ? problem.reason : undefined;
}

function codeOfStatus(status) {
  if ([502, 503, 504].includes(status)) return 'SERVER_UNAVAILABLE';
  const codes = {
    401: 'UNAUTHENTICATED',
    403: 'FORBIDDEN',
    404: 'NOT_FOUND',
    408: 'SLOW',
    413: 'CAPTURE_TOO_LARGE',
    415: 'CAPTURE_NOT_AN_IMAGE',
    429: 'TOO_MANY_REQUESTS',
  };
  return codes[status] ?? (status < 500 ? 'INVALID_REQUEST' : 'INTERNAL_ERROR');
}

function parseJson(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
