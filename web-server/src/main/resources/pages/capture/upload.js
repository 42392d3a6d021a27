import { post } from './post-with-progress.js';

/**
 * Sends a picture once. Resolves after a 201, which promises that the picture is stored, with {body}, the status message.
 *
 * @param picture {id, bytes}; all attempts share the id, so that a repeated one has no second effect
 * @throws {Failure}
 */
export async function upload(session, picture, deviceInfo, { failures, onProgress, signal }) {
  const form = new FormData();
  const metadata = { type: 'mobile_capture', data: { deviceId: session.deviceId, deviceInfo } };
  form.append('metadata', new Blob([JSON.stringify(metadata)], { type: 'application/json' }));
  form.append('image', new Blob([picture.bytes], { type: 'image/jpeg' }), 'picture.jpg');
  const headers = { Authorization: `Bearer ${session.token}`, 'Idempotency-Key': picture.id };
  // crypto.subtle requires HTTPS. Without a digest the server does not verify the bytes.
  if (crypto.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', picture.bytes));
    headers['Content-Digest'] = `sha-256=:${btoa(String.fromCharCode(...digest))}:`;
  }
  const path = `plans/${session.planId}/examinees/${session.examineeId}/mobile-captures`;
  return post(path, { headers, body: form, failures, onProgress, signal });
}
