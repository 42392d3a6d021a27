// node statuses.mjs QUEUE EXCHANGE: publishes the status of a picture for one examinee after the other and waits for the
// broadcasts. Environment: AMQP_URL, PLAN.
import amqp from 'amqplib';
import { atRate, latencies, run, until } from './commands.mjs';

const [queue, exchange] = process.argv.slice(2);
const { AMQP_URL, PLAN } = process.env;
const UNCONFIRMED = 1000;

const sentAt = new Map();
let next = 0;
let received = 0;
let elapsed = [];

const broker = await amqp.connect(AMQP_URL);
const publishing = await broker.createConfirmChannel();
const consuming = await broker.createChannel();
const own = (await consuming.assertQueue('', { exclusive: true })).queue;
await consuming.bindQueue(own, exchange, '');
await consuming.consume(own, onBroadcast, { noAck: true });

function onBroadcast(message) {
  received++;
  if (sentAt.size) {
    const examinee = /"examineeId":"(\w+)"/.exec(message.content.toString())[1];
    elapsed.push(performance.now() - sentAt.get(examinee));
    sentAt.delete(examinee);
  }
}

/** Publishes as web-server does; every message is of another examinee. Returns the examinee's id. */
function publish() {
  const examineeId = `E${next++}`;
  const data = {
    planId: PLAN,
    examineeId,
    deviceId: 'M001',
    status: 'COMPLETED',
    timestamp: new Date(),
    captureInfo: {
      imageUrl: `/captures/${examineeId}/sync_cap.jpg`,
      deviceInfo: { model: 'iPhone 12', osVersion: 'iOS 15.0' },
    },
  };
  publishing.publish('', queue, Buffer.from(JSON.stringify({ type: 'mobile_sync_status', data })), {
    contentType: 'application/json',
    type: 'mobile_sync_status',
    messageId: `${PLAN}-${examineeId}`,
    persistent: true,
  });
  return examineeId;
}

await run({
  /** Publishes `count` statuses as fast as the broker confirms; ends with the last broadcast. */
  async burst({ count }) {
    received = 0;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      publish();
      if (i % UNCONFIRMED === UNCONFIRMED - 1) await publishing.waitForConfirms();
    }
    await publishing.waitForConfirms();
    await until(() => received >= count, () => `${received} of ${count} broadcasts arrived`);
    return { millis: performance.now() - start };
  },

  /** Publishes at a fixed rate; returns latencies from publishing to the broadcast. */
  async atRate({ perSecond, seconds }) {
    received = 0;
    elapsed = [];
    await atRate(perSecond, perSecond * seconds, () => {
      const at = performance.now();
      sentAt.set(publish(), at);
    });
    await until(() => received >= perSecond * seconds, () => `${received} broadcasts arrived`);
    return latencies(elapsed);
  },
});
