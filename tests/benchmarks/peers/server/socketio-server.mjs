// node socketio-server.mjs PORT: one room per examinee, with Socket.IO and amqplib. The handshake carries the token; the server
// sends the examinee's current state, then every broadcast for the examinee.
import { Server } from 'socket.io';
import { connectRedis, consumeBroadcasts, currentState, examineeOfToken, ready, verify } from './common.mjs';

const redis = connectRedis();
const io = new Server(Number(process.argv[2]), { perMessageDeflate: false, transports: ['websocket'] });
io.use((socket, next) => {
  try {
    socket.data.key = examineeOfToken(verify(socket.handshake.auth.token));
    next();
  } catch (error) {
    next(error);
  }
});
io.on('connection', async (socket) => {
  socket.join(socket.data.key);
  socket.emit('message', await currentState(redis, socket.data.key));
});
await consumeBroadcasts((key, body) => io.to(key).emit('message', body));
ready();
