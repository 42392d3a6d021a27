// Who is signed in. A real platform checks a password; this one believes a name.

import { randomUUID } from 'node:crypto';

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export class Sessions {
  #users = new Map();

  /**
   * @param user {examinee} or {proctor}
   * @returns the cookie, or null for no valid user
   */
  signIn({ examinee, proctor }) {
    if (!ID.test(examinee ?? proctor ?? '')) return null;
    const session = randomUUID();
    this.#users.set(session, examinee ? { examinee } : { proctor });
    return `session=${session}; HttpOnly; SameSite=Lax; Path=/`;
  }

  /** The user of a request; an empty object if no one is signed in. */
  user({ headers }) {
    const session = /(?:^|; )session=([0-9a-f-]+)/.exec(headers.cookie ?? '')?.[1];
    return this.#users.get(session) ?? {};
  }
}
