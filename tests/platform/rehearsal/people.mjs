// The people of the rehearsal: examinees with the page's code in Node, their phones, and a proctor.

import { createHash, randomUUID } from 'node:crypto';

import { Step } from '../pages/step.js';
import { send } from '../platform/rest.mjs';

const PATIENCE = 30_000;

class Visitor {
  #platform;
  #cookie;

  constructor(platform) {
    this.#platform = platform;
  }

  async signIn(user) {
    const response = await this.call('POST', '/sign-in', user);
    this.#cookie = response.headers.get('Set-Cookie').split(';')[0];
  }

  async call(method, path, json) {
    const headers = this.#cookie ? { Cookie: this.#cookie } : {};
    return fetch(this.#platform + path, { method, headers, body: json && JSON.stringify(json) });
  }
}

/** An examinee with the platform's page. */
export class Examinee extends Visitor {
  id;
  messages = [];
  #step;
  #pairing = null;
  #changes = new EventTarget();

  constructor(platform, id) {
    super(platform);
    this.id = id;
  }

  async openPage() {
    this.#step = new Step(async () => (await this.call('GET', '/my/step')).json());
    this.#step.addEventListener('state', ({ detail }) => this.#change(() => this.messages.push(detail)));
    this.#step.addEventListener('pairing', ({ detail }) => this.#change(() => (this.#pairing = detail)));
    await this.#step.start();
  }

  closePage() {
    this.#step?.stop();
  }

  #change(apply) {
    apply();
    this.#changes.dispatchEvent(new Event('change'));
  }

  /** Waits until the page shows a state. */
  async sees(status, matches = () => true) {
    return this.#until(`${status} ${matches}`, () => {
      const data = this.messages.at(-1)?.data;
      return data?.status === status && matches(data) ? data : null;
    });
  }

  /** Waits for a code: what the phone's camera reads. */
  async qrCode() {
    const { captureUrl } = await this.#until('a code', () => this.#pairing);
    return new URL(captureUrl).hash.slice(1);
  }

  /** Waits for a code: what the examinee types. */
  async typedCode() {
    return (await this.#until('a code', () => this.#pairing)).code;
  }

  async #until(what, condition) {
    return new Promise((resolve, reject) => {
      const stop = new AbortController();
      const timer = setTimeout(() => {
        stop.abort();
        reject(new Error(`${this.id} waits for ${what}, and has seen ${JSON.stringify(this.messages)}`));
      }, PATIENCE);
      const look = () => {
        const result = condition();
        if (!result) return;
        clearTimeout(timer);
        stop.abort();
        resolve(result);
      };
      this.#changes.addEventListener('change', look, { signal: stop.signal });
      look();
    });
  }

  /** Asks the platform to begin the exam. */
  async begin() {
    return (await (await this.call('POST', '/my/exam')).json()).mayBegin;
  }
}

/** A phone with an app: it knows REST alone. */
export class Phone {
  #web;
  #pairing;

  constructor(web) {
    this.#web = web;
    this.deviceId = `phone-${randomUUID()}`;
  }

  async pair(code) {
    const deviceInfo = { model: 'Rehearsal', osVersion: '1' };
    const json = { code, deviceId: this.deviceId, deviceInfo };
    this.#pairing = await (await send('POST', `${this.#web}/api/v1/pairings/redeem`, { json })).json();
  }

  /** Sends a new picture until the server has it. @throws Problem if it never will */
  async upload(picture) {
    const { token, planId, examineeId } = this.#pairing;
    const form = new FormData();
    const metadata = { type: 'mobile_capture', data: { deviceId: this.deviceId } };
    form.append('metadata', new Blob([JSON.stringify(metadata)], { type: 'application/json' }));
    form.append('image', new Blob([picture], { type: 'image/jpeg' }), 'picture.jpg');
    const digest = createHash('sha256').update(picture).digest('base64');
    const headers = { 'Idempotency-Key': randomUUID(), 'Content-Digest': `sha-256=:${digest}:` };
    const path = `/api/v1/plans/${planId}/examinees/${examineeId}/mobile-captures`;
    return (await send('POST', this.#web + path, { token: () => token, headers, form })).json();
  }
}

/** A proctor with a page of the platform. */
export class Proctor extends Visitor {
  /** @returns the status and the body of the platform's response */
  async order(examinee, order, id = randomUUID()) {
    const response = await this.call('POST', '/orders', { id, examinee, order });
    return { status: response.status, ...(await response.json()) };
  }

  /** What mobile-sync's own pages get. */
  async token() {
    return (await (await this.call('GET', '/sync-token')).json()).token;
  }
}
