// The platform, which also keeps all that it received, to compare the webhooks with the changes over REST.

import { setTimeout as sleep } from 'node:timers/promises';

import { Changes } from '../platform/changes.mjs';
import { Platform } from '../platform/platform.mjs';

const PATIENCE = 30_000;

export class Recorder extends Platform {
  /** The bodies of the webhooks, in the order of their arrival. */
  received = [];
  /** The records that the cursor has returned, in their order. */
  #records = [];

  onWebhook(change) {
    super.onWebhook(change);
    this.received.push(change);
  }

  onRecord(record) {
    super.onRecord(record);
    this.#records.push(record);
  }

  /** The statuses of an examinee, as the webhooks reported them. */
  statuses(examinee) {
    return this.#webhooks().filter((each) => each.examineeId === examinee).map(({ status }) => status);
  }

  /** Waits until webhooks and changes have reported the same. */
  async awaitAgreement() {
    const end = Date.now() + PATIENCE;
    while (this.#differing().length > 0) {
      if (Date.now() > end) throw new Error(`webhooks and changes differ: ${JSON.stringify(this.#differing())}`);
      await sleep(50);
    }
  }

  /** Reads the plan again from its start, in small slices, while nothing changes. */
  async reread() {
    const records = [];
    await new Changes(this.mobileSync, { onRecord: (record) => records.push(record), size: 3 }).read();
    return {
      records: records.length,
      examinees: new Set(records.map(({ examineeId }) => examineeId)).size,
      differing: records
        .filter(({ examineeId, revision }) => this.examinees.state(examineeId).revision !== revision)
        .map(({ examineeId }) => examineeId),
    };
  }

  summary() {
    const webhooks = this.#webhooks();
    const known = new Set(webhooks.map(asText));
    return {
      webhooks: webhooks.length,
      rejectedWebhooks: this.webhooks.rejected,
      webhooksOutOfOrder: outOfOrder(webhooks, (before, after) => after <= before),
      records: this.#records.length,
      recordsOutOfOrder: outOfOrder(this.#records, (before, after) => after < before),
      // What a record says, a webhook has said as well.
      recordsWithoutWebhook: this.#records.map(asText).filter((each) => !known.has(each)),
      differing: this.#differing(),
    };
  }

  #webhooks() {
    return this.received.map(({ revision, data: { examineeId, status } }) => ({ examineeId, revision, status }));
  }

  #differing() {
    const last = (list) => new Map(list.map((each) => [each.examineeId, asText(each)]));
    const webhooks = last(this.#webhooks());
    const records = last(this.#records);
    return [...new Set([...webhooks.keys(), ...records.keys()])].filter((each) => webhooks.get(each) !== records.get(each));
  }
}

function asText({ examineeId, revision, status }) {
  return `${examineeId} ${revision} ${status}`;
}

/** The entries whose revision is wrong after the one before of the same examinee. */
function outOfOrder(list, isWrong) {
  const revisions = new Map();
  return list.filter(({ examineeId, revision }) => {
    const wrong = revisions.has(examineeId) && isWrong(revisions.get(examineeId), revision);
    revisions.set(examineeId, revision);
    return wrong;
  });
}
