// Finds the examinee of the uploads: by a code, or by the token of a link.

import { Failure } from './failure.js';
import { post } from './post-with-progress.js';

/** The codes with other texts here. That of STATUS_PUBLISH_FAILED speaks of a picture, and there is none yet. */
const FAILURES = { NOT_FOUND: 'CODE_UNKNOWN', INVALID_REQUEST: 'CODE_MALFORMED', STATUS_PUBLISH_FAILED: 'STATE_UNAVAILABLE' };

/**
 * Returns a session: {token, planId, examineeId, deviceId, keepUntil, code?}. keepUntil is in this phone's time, even
 * if its clock is wrong. The session keeps the redeemed code, so that the same link can be opened again.
 *
 * @throws {Failure}
 */
export async function redeem(code, deviceId, deviceInfo, { failures, signal } = {}) {
  const body = JSON.stringify({ code, deviceId, deviceInfo });
  try {
    const response = await post('pairings/redeem', { headers: { 'Content-Type': 'application/json' }, body, failures, signal });
    const { token, planId, examineeId, expiresAt } = response.body;
    const serverNow = Number.isNaN(response.date) ? Date.now() : response.date;
    return { token, planId, examineeId, deviceId, code, keepUntil: Date.now() + Date.parse(expiresAt) - serverNow };
  } catch (failure) {
    throw failure.code in FAILURES ? new Failure(FAILURES[failure.code], failure.retryAfter) : failure;
  }
}

/** The session of a link with #token=…, if the server's configuration allows such links. */
export async function tokenSession() {
  const { config, claims, token } = await import('../access.js');
  const payload = config.fragmentTokens ? await claims() : null;
  if (payload?.role !== 'device') throw new Failure('NO_PAIRING_LINK');
  const { plan: planId, examinee: examineeId, device: deviceId, exp } = payload;
  return { token: await token(), planId, examineeId, deviceId, keepUntil: exp * 1000 };
}
