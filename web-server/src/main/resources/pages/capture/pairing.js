// Who the phone uploads for: from a code, or from a token that the link brings.

import { Failure } from './failure.js';
import { post } from './request.js';

const FAILURES = { NOT_FOUND: 'CODE_UNKNOWN', INVALID_REQUEST: 'CODE_MALFORMED' };

/**
 * A session: {token, planId, examineeId, deviceId, keepUntil, code?}. keepUntil is by this phone's clock, however wrong
 * that is; the code, which is spent, lets the same link be opened twice.
 *
 * @throws {Failure}
 */
export async function redeem(code, deviceId, deviceInfo, { failures, signal } = {}) {
  const body = JSON.stringify({ code, deviceId, deviceInfo });
  try {
    const answer = await post('pairings/redeem', { headers: { 'Content-Type': 'application/json' }, body, failures, signal });
    const { token, planId, examineeId, expiresAt } = answer.body;
    const serverNow = Number.isNaN(answer.date) ? Date.now() : answer.date;
    return { token, planId, examineeId, deviceId, code, keepUntil: Date.now() + Date.parse(expiresAt) - serverNow };
  } catch (failure) {
    throw failure.code in FAILURES ? new Failure(FAILURES[failure.code], failure.retryAfter) : failure;
  }
}

/** The session of a link with #token=…, where the server's settings allow that. */
export async function tokenSession() {
  const { config, claims, token } = await import('../session.js');
  const told = config.fragmentTokens ? await claims() : null;
  if (told?.role !== 'device') throw new Failure('NOT_A_PHONES_LINK');
  const { plan: planId, examinee: examineeId, device: deviceId, exp } = told;
  return { token: await token(), planId, examineeId, deviceId, keepUntil: exp * 1000 };
}
