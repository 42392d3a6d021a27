// What the peers share. Environment: AMQP_URL, REDIS_URL, JWT_SECRET.
import amqp from 'amqplib';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';

export const PREFETCH = 250;

export const connectBroker = () => amqp.connect(process.env.AMQP_URL);

/** Commands that are issued in the same tick go to Redis in one write. */
export const connectRedis = () => new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });

/** The claims of a valid token. */
export const verify = (token) => jwt.verify(token, process.env.JWT_SECRET, { algorithms: ['HS256'], audience: 'mobile-sync' });

export const examineeOf = ({ planId, examineeId }) => `plan:${planId}:examinee:${examineeId}:mobile_sync`;

/** The key of the examinee of a token: the name of the record in Redis. */
export const examineeOfToken = ({ plan, examinee }) => examineeOf({ planId: plan, examineeId: examinee });

/** The examinee's record as a message. */
export const currentState = async (redis, key) => JSON.stringify(await redis.hgetall(key));

/** Calls `deliver(key, body)` with each broadcast. */
export async function consumeBroadcasts(deliver) {
  const channel = await (await connectBroker()).createChannel();
  await channel.prefetch(PREFETCH);
  await channel.assertExchange('broadcast', 'fanout', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'broadcast', '');
  await channel.consume(queue, (message) => {
    const body = message.content.toString();
    deliver(examineeOf(JSON.parse(body).data), body);
    channel.ack(message);
  });
}

/** Reports that the server is ready. SIGUSR2 runs a full garbage collection (needs --expose-gc). */
export function ready() {
  process.on('SIGUSR2', () => globalThis.gc());
  console.log('ready');
}
