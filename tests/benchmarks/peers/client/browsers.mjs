// node browsers.mjs PROTOCOL URL: thousands of browsers, each of its own examinee, and the broadcasts to them.
// Environment: AMQP_URL, JWT_SECRET, PLAN.
import amqp from 'amqplib';
import jwt from 'jsonwebtoken';
import { connect } from './browser.mjs';
import { atRate, latencies, run, sleep, until } from './commands.mjs';

const [protocol, url] = process.argv.slice(2);
const { AMQP_URL, JWT_SECRET, PLAN } = process.env;
const UNCONFIRMED = 500;
/** Numbers from here on have no browser. */
const OTHERS = 1_000_000;
const RETRY_DELAY = 100;
const HEART_BEAT_TICK = 100;

const sockets = new Map();
const sentAt = new Map();
let received = 0;
let lost = 0;
let heartBeats = 0;
let elapsed = [];
let onLost = () => lost++;

const broker = await amqp.connect(AMQP_URL);
const channel = await broker.createConfirmChannel();

function browserOf(number, { server = url, heartBeat = 0, addresses = 0 }) {
  const examinee = `E${number}`;
  return {
    url: server,
    token: jwt.sign({ aud: 'mobile-sync', role: 'examinee', plan: PLAN, examinee }, JWT_SECRET, { expiresIn: '2h' }),
    topic: `/topic/plans/${PLAN}/examinees/${examinee}/mobile-sync`,
    heartBeat,
    localAddress: addresses ? `127.0.0.${2 + (number % addresses)}` : undefined,
    onMessage,
    onHeartBeat: () => heartBeats++,
    onClose: () => sockets.delete(number) && onLost(number),
  };
}

function onMessage(message) {
  received++;
  if (sentAt.size) {
    const examinee = /"examineeId":"(\w+)"/.exec(message)?.[1];
    if (sentAt.has(examinee)) elapsed.push(performance.now() - sentAt.get(examinee));
    sentAt.delete(examinee);
  }
}

async function establish(number, options) {
  sockets.set(number, await connect(protocol, browserOf(number, options)));
}

/** Calls the function for each of the numbers, at most `atOnce` at a time. */
async function forEach(numbers, atOnce, call) {
  const next = numbers[Symbol.iterator]();
  const worker = async () => {
    for (let item = next.next(); !item.done; item = next.next()) await call(item.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const range = (first, count) => Array.from({ length: count }, (_, i) => first + i);

/** Publishes a change of the examinee, as state-manager does. */
function publish(number) {
  const data = { planId: PLAN, examineeId: `E${number}`, deviceId: 'M001', status: 'COMPLETED', timestamp: new Date() };
  const revision = Math.round((performance.timeOrigin + performance.now()) * 1000);
  channel.publish('broadcast', '', Buffer.from(JSON.stringify({ type: 'mobile_sync_completed', data })), {
    contentType: 'application/json',
    type: 'mobile_sync_completed',
    messageId: `${number}-${revision}`,
    headers: { plan: PLAN, examinee: `E${number}`, revision },
    persistent: true,
  });
}

await run({
  /** Connects `count` browsers, those of the examinees `first`, `first + 1`, …; `atOnce` handshakes at a time. */
  async connect({ first, count, atOnce = 32, ...options }) {
    const start = performance.now();
    await forEach(range(first, count), atOnce, (number) => establish(number, options));
    return { millis: performance.now() - start };
  },

  /** Pushes `pushes` messages, in turn to the browsers `first` … `first + count - 1`, as fast as the broker confirms. */
  async push({ first, count, pushes }) {
    received = 0;
    const start = performance.now();
    for (let i = 0; i < pushes; i++) {
      publish(first + (i % count));
      if (i % UNCONFIRMED === UNCONFIRMED - 1) await channel.waitForConfirms();
    }
    await channel.waitForConfirms();
    await until(() => received >= pushes, () => `${received} of ${pushes} messages arrived`);
    return { millis: performance.now() - start, received };
  },

  /**
   * Publishes broadcasts for examinees without a browser here, as most are if there are many instances, then one for the
   * browser `first`; ends when that has arrived.
   */
  async publishToOthers({ first, broadcasts }) {
    received = 0;
    const start = performance.now();
    for (let i = 1; i < broadcasts; i++) {
      publish(OTHERS + i);
      if (i % UNCONFIRMED === 0) await channel.waitForConfirms();
    }
    publish(first);
    await until(() => received === 1, () => 'the last message did not arrive');
    return { millis: performance.now() - start };
  },

  /** Pushes at a fixed rate; returns latencies from publishing to the browser. */
  async pushAtRate({ first, count, perSecond, seconds }) {
    received = 0;
    elapsed = [];
    const pushes = perSecond * seconds;
    await atRate(perSecond, pushes, (i) => {
      sentAt.set(`E${first + (i % count)}`, performance.now());
      publish(first + (i % count));
    });
    await until(() => received >= pushes, () => `${received} of ${pushes} messages arrived`);
    sentAt.clear();
    return latencies(elapsed);
  },

  /**
   * Reconnects each browser to another server as soon as its connection ends; ends when all have their state again.
   * Returns, in ms since the first connection ended, when 1 %, 2 %, … 100 % of them had it.
   */
  async reconnect({ server, atOnce }) {
    const count = sockets.size;
    const queue = [];
    const done = [];
    let start = 0;
    let retries = 0;
    onLost = (number) => {
      start ||= performance.now();
      queue.push(number);
    };
    await until(() => queue.length > 0, () => 'no connection ended');
    const worker = async () => {
      while (done.length < count) {
        const number = queue.shift();
        if (number === undefined) {
          await sleep(1);
          continue;
        }
        try {
          await establish(number, { server });
          done.push(performance.now() - start);
        } catch {
          retries++;
          setTimeout(() => queue.push(number), RETRY_DELAY);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    onLost = () => lost++;
    return { retries, millis: range(1, 100).map((percent) => done[Math.ceil((count * percent) / 100) - 1]) };
  },

  /** Sends a heart-beat on each connection every `interval` ms, spread evenly over time. */
  async sendHeartBeats({ interval }) {
    let rest = [].values();
    let due = 0;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      due += (sockets.size * (now - last)) / interval;
      for (last = now; due >= 1; due--) {
        let item = rest.next();
        if (item.done) item = (rest = sockets.values()).next();
        if (!item.done && item.value.readyState === 1) item.value.send('\n');
      }
    }, HEART_BEAT_TICK);
  },

  /** The open connections, those that were lost, and the heart-beats that arrived since the last call. */
  async status() {
    const result = { open: sockets.size, lost, heartBeats };
    heartBeats = 0;
    return result;
  },

  /** Closes all connections. */
  async disconnect() {
    onLost = () => {};
    for (const socket of sockets.values()) socket.close();
    await until(() => sockets.size === 0, () => `${sockets.size} connections are still open`);
    onLost = () => lost++;
  },
});
