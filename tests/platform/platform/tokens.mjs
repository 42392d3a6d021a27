// Tokens that mobile-sync trusts: JWTs, signed with HS256 and the secret that the platform shares with it.
// docs/integration.md#tokens lists the claims of each role.

import { createHmac } from 'node:crypto';

const LIFETIME = 10 * 60; // seconds

export class Tokens {
  #secret;

  constructor(secret) {
    this.#secret = secret;
  }

  /** The examinee's browser. */
  examinee(plan, examinee, name) {
    return this.#sign({ role: 'examinee', plan, examinee, name });
  }

  /** A proctor's browser. `proctor` stands in records and in the audit log. */
  proctor(proctor, plans) {
    return this.#sign({ role: 'proctor', sub: proctor, plans });
  }

  /** This server. The `sub` never changes, because idempotency keys belong to it. */
  service(plans) {
    return this.#sign({ role: 'service', sub: 'exam-platform', plans });
  }

  #sign(claims) {
    const iat = Math.floor(Date.now() / 1000);
    const part = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ aud: 'mobile-sync', iat, exp: iat + LIFETIME, ...claims })}`;
    return `${signed}.${createHmac('sha256', this.#secret).update(signed).digest('base64url')}`;
  }
}
