// node ws-server.mjs PORT: one socket per examinee, with ws and amqplib. The first message is the token; the server sends the
// examinee's current state, then every broadcast for the examinee.
import { WebSocketServer } from 'ws';
import { connectRedis, consumeBroadcasts, currentState, examineeOfToken, ready, verify } from './common.mjs';

const redis = connectRedis();
const subscribers = new Map();

function subscribe(key, socket) {
  if (!subscribers.has(key)) subscribers.set(key, new Set());
  subscribers.get(key).add(socket);
  socket.on('close', () => {
    const remaining = subscribers.get(key);
    remaining.delete(socket);
    if (remaining.size === 0) subscribers.delete(key);
  });
}

const server = new WebSocketServer({ port: Number(process.argv[2]), perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.once('message', async (token) => {
    try {
      const key = examineeOfToken(verify(token.toString()));
      subscribe(key, socket);
      socket.send(await currentState(redis, key));
    } catch (error) {
      socket.close(1008, error.message);
    }
  });
});
await consumeBroadcasts((key, body) => subscribers.get(key)?.forEach((socket) => socket.send(body)));
ready();
