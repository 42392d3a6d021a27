// A small exam platform. It says who is expected, follows the plan, gives orders, and decides who may begin the exam.

import { createServer } from 'node:http';

import { Changes } from './changes.mjs';
import { Examinees } from './examinees.mjs';
import { MobileSync } from './mobile-sync.mjs';
import { Orders } from './orders.mjs';
import { Problem } from './rest.mjs';
import { handler } from './routes.mjs';
import { Tokens } from './tokens.mjs';
import { Webhooks } from './webhooks.mjs';

export class Platform {
  #server;

  /**
   * @param config.web, config.socket the addresses of web-server and socket-server, as browsers reach them
   * @param config.plan, config.roster the exam, and who is expected: [{examineeId, name?}]
   * @param config.jwtSecret, config.webhookSecret shared with mobile-sync
   * @param config.changesInterval ms between two looks at the plan's changes
   */
  constructor(config) {
    this.config = config;
    this.tokens = new Tokens(config.jwtSecret);
    this.mobileSync = new MobileSync({ web: config.web, plan: config.plan, tokens: this.tokens });
    this.examinees = new Examinees();
    this.examinees.expect(config.roster);
    this.orders = new Orders(this.mobileSync);
    // Both tell the same. Webhooks are faster, and the changes include what happened while this server was down.
    this.webhooks = new Webhooks(config.webhookSecret, (change) => {
      // One address may receive the changes of several plans.
      if (change.data.planId === config.plan) this.onWebhook(change);
    });
    this.changes = new Changes(this.mobileSync, {
      onRecord: (record) => this.onRecord(record),
      interval: config.changesInterval,
    });
  }

  /** A change, as a webhook tells it. */
  onWebhook({ revision, data }) {
    this.examinees.update(data.examineeId, { revision, status: data.status });
  }

  /** A record that has changed. */
  onRecord(record) {
    this.examinees.update(record.examineeId, record);
  }

  /** @returns the platform's address */
  async start(port) {
    await this.mobileSync.replaceRoster(this.config.roster);
    this.#server = createServer(handler(this));
    await new Promise((resolve, reject) => this.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    this.changes.start();
    return `http://localhost:${this.#server.address().port}`;
  }

  async stop() {
    await this.changes.stop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /**
   * Whether an examinee may begin: only the record counts, not what a browser says. It is read again for the decision, because
   * what this server knows may be a moment old. While it cannot be read, what is known decides.
   */
  async mayBegin(examinee) {
    try {
      this.examinees.update(examinee, await this.mobileSync.record(examinee));
    } catch (failure) {
      if (!(failure instanceof Problem && failure.code === 'NOT_FOUND')) console.error('record', failure.message);
    }
    return this.examinees.isExpected(examinee) && this.examinees.state(examinee).status === 'COMPLETED';
  }
}
