// What the platform's server asks of mobile-sync for one plan, with its token of the role `service`.

import { send } from './rest.mjs';

export class MobileSync {
  #plan;
  #token;

  constructor({ web, plan, tokens }) {
    this.#plan = `${web}/api/v1/plans/${plan}`;
    this.#token = () => tokens.service([plan]);
  }

  /** Says who is expected. Replaces the roster of before. */
  async replaceRoster(examinees) {
    return this.#json('PUT', '/roster', { json: { examinees } });
  }

  /** The records that have changed since the cursor, and the next cursor. */
  async changes(cursor, size) {
    return this.#json('GET', `/mobile-sync?updatedSince=${cursor}&size=${size}`);
  }

  /** The state of one examinee; a problem with the code NOT_FOUND before the examinee has entered the step. */
  async record(examinee) {
    return this.#json('GET', `/examinees/${examinee}/mobile-sync`, { giveUpAfter: 3_000 });
  }

  /** What has happened to one examinee, the latest change first. */
  async history(examinee) {
    return this.#json('GET', `/examinees/${examinee}/mobile-sync/history`);
  }

  /** Gives an order once, however often it is called with the same key. */
  async order(examinee, key, order) {
    return this.#json('POST', `/examinees/${examinee}/orders`, { headers: { 'Idempotency-Key': key }, json: order });
  }

  async #json(method, path, request) {
    return (await send(method, this.#plan + path, { token: this.#token, ...request })).json();
  }
}
