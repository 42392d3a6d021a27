// node bare-hops.mjs QUEUE EXCHANGE: the hops of state-manager without its checks: consume, HSET and PEXPIRE, confirmed
// publish, acknowledge.
import { PREFETCH, connectBroker, connectRedis, examineeOf, ready } from './common.mjs';

const [queue, exchange] = process.argv.slice(2);
const TTL = 7 * 24 * 3600 * 1000;

const redis = connectRedis();
const channel = await (await connectBroker()).createConfirmChannel();
await channel.prefetch(PREFETCH);
await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
await channel.assertExchange(exchange, 'fanout', { durable: true });
await channel.consume(queue, async (message) => {
  const { captureInfo, ...change } = JSON.parse(message.content.toString()).data;
  const key = examineeOf(change);
  await Promise.all([
    redis.hset(key, {
      status: change.status,
      deviceId: change.deviceId,
      timestamp: change.timestamp,
      imageUrl: captureInfo.imageUrl,
      deviceInfo: JSON.stringify(captureInfo.deviceInfo),
    }),
    redis.pexpire(key, TTL),
  ]);
  const broadcast = Buffer.from(JSON.stringify({ type: 'mobile_sync_completed', data: change }));
  const properties = {
    contentType: 'application/json',
    type: 'mobile_sync_completed',
    messageId: message.properties.messageId,
    persistent: true,
  };
  channel.publish(exchange, '', broadcast, properties, (error) => {
    if (!error) channel.ack(message);
  });
});
ready();
