// Receives the changes of the plan as webhooks (docs/integration.md#webhooks).

import { Webhook } from 'standardwebhooks';

export class Webhooks {
  #webhook;
  #onChange;
  #ids = new Set();

  /** How many requests had an invalid signature, and how many were known already. */
  rejected = 0;
  repeated = 0;

  /**
   * @param secret `whsec_…`
   * @param onChange called once with each change: {type, timestamp, revision, data}
   */
  constructor(secret, onChange) {
    this.#webhook = new Webhook(secret);
    this.#onChange = onChange;
  }

  /**
   * @param body the bytes as they arrived; the signature is over them
   * @returns the status of the response
   */
  receive(body, headers) {
    let change;
    try {
      change = this.#webhook.verify(body, headers);
    } catch {
      this.rejected++;
      return 401;
    }
    const id = headers['webhook-id'];
    if (this.#ids.has(id)) {
      this.repeated++;
    } else {
      // A real platform stores both in one transaction, before it answers, and forgets ids after two days.
      this.#onChange(change);
      this.#ids.add(id);
    }
    return 204;
  }
}
