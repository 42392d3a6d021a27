// One browser of an examinee: connects, logs in, subscribes and receives the current state, then messages.
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/**
 * @typedef {Object} Browser
 * @property {string} url of the server
 * @property {string} token
 * @property {string} topic STOMP destination of the examinee's changes
 * @property {number} [heartBeat] in ms, in both directions; STOMP only
 * @property {string} [localAddress] the address to connect from
 * @property {function(string)} onMessage called with each message, the current state included
 * @property {function()} onClose called once if the connection ends after it was established
 */

/** Connects the browser; resolves to the socket when the current state has arrived. */
export function connect(protocol, browser) {
  return new Promise((resolve, reject) => PROTOCOLS[protocol](browser, resolve, reject));
}

/** socket-server. */
function stomp(browser, resolve, reject) {
  stompSocket(browser, [browser.topic], resolve, reject);
}

/** Spring's simple broker: a second subscription, to `/app/…`, is answered with the current state. */
function springStomp(browser, resolve, reject) {
  stompSocket(browser, [browser.topic, browser.topic.replace('/topic/', '/app/')], resolve, reject);
}

function stompSocket(browser, destinations, resolve, reject) {
  const socket = webSocket(browser, ['v12.stomp'], resolve, reject);
  const beat = browser.heartBeat ?? 0;
  socket.on('open', () => {
    socket.send(
      `CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:${beat},${beat}\nAuthorization:Bearer ${browser.token}\n\n\0`,
    );
  });
  socket.on('message', (data) => {
    const frame = data.toString();
    if (frame.startsWith('MESSAGE')) {
      browser.onMessage(frame);
      resolve(socket);
    } else if (frame.startsWith('CONNECTED')) {
      destinations.forEach((destination, i) => socket.send(`SUBSCRIBE\nid:${i}\ndestination:${destination}\n\n\0`));
    } else if (frame.startsWith('ERROR')) {
      reject(new Error(frame));
    } else if (frame === '\n') {
      browser.onHeartBeat?.();
    }
  });
}

/** ws-server.mjs: the token is the only message to the server. */
function plainWebSocket(browser, resolve, reject) {
  const socket = webSocket(browser, [], resolve, reject);
  socket.on('open', () => socket.send(browser.token));
  socket.on('message', (data) => {
    browser.onMessage(data.toString());
    resolve(socket);
  });
}

function webSocket({ url, localAddress, onClose }, subprotocols, resolve, reject) {
  const socket = new WebSocket(url, subprotocols, { perMessageDeflate: false, localAddress });
  let open = false;
  socket.on('open', () => (open = true));
  socket.on('error', reject);
  socket.on('close', (code, reason) => {
    reject(new Error(`closed: ${code} ${reason}`));
    if (open) onClose();
  });
  return socket;
}

/** socketio-server.mjs. */
function socketIo(browser, resolve, reject) {
  const options = { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token: browser.token } };
  const socket = io(browser.url.replace('ws:', 'http:'), options);
  socket.on('connect_error', reject);
  socket.on('disconnect', browser.onClose);
  socket.on('message', (message) => {
    browser.onMessage(message);
    resolve(socket);
  });
}

const PROTOCOLS = { stomp, 'spring-stomp': springStomp, ws: plainWebSocket, 'socket.io': socketIo };
