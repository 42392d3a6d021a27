// node receiver.mjs PORT: a receiver of webhooks, which checks them with the library of the Standard Webhooks specification.
//
//   POST /hooks/NAME               a webhook; the answer is 204, or what was set for NAME
//   PUT  /admin/secret             sets the secret with which webhooks are checked
//   PUT  /admin/answers?name=NAME  sets the answers of NAME: a list of {status, times?, examinee?, retryAfter?, hang?, drip?, hold?};
//                                what was held is answered now
//   GET  /admin/received?name=NAME what NAME has received, as lines of {id, timestamp, valid, status, body}
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

let secret = '';
const answers = new Map();
const received = new Map();
const held = new Map();

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const text = await read(request);
  const name = url.searchParams.get('name');
  switch (`${request.method} ${url.pathname}`) {
    case 'PUT /admin/secret':
      secret = text;
      break;
    case 'PUT /admin/answers':
      answers.set(name, JSON.parse(text));
      held.get(name)?.forEach(end => end());
      held.delete(name);
      break;
    case 'GET /admin/received':
      response.end(JSON.stringify(received.get(name) ?? []));
      return;
    default:
      receive(request, response, url.pathname.replace('/hooks/', ''), text);
      return;
  }
  response.end();
});

async function read(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function receive(request, response, name, text) {
  const body = JSON.parse(text);
  const answer = nextAnswer(name, body.data.examineeId);
  const valid = isValid(text, request.headers);
  const status = valid ? answer.status : 401;
  const entry = {
    id: request.headers['webhook-id'],
    timestamp: Number(request.headers['webhook-timestamp']),
    signatures: request.headers['webhook-signature'].split(' ').length,
    contentType: request.headers['content-type'],
    valid,
    status: answer.hang ? 0 : status,
    body,
  };
  received.set(name, [...(received.get(name) ?? []), entry]);
  if (answer.hang) {
    return;
  }
  const headers = answer.retryAfter ? { 'Retry-After': answer.retryAfter } : {};
  if (status >= 300 && status < 400) {
    headers.Location = '/hooks/redirected';
  }
  response.writeHead(status, headers);
  if (answer.drip) {
    // The headers arrive, the body never ends.
    response.write('.');
    return;
  }
  if (answer.hold) {
    held.set(name, [...(held.get(name) ?? []), () => response.end()]);
    return;
  }
  response.end();
}

function isValid(text, headers) {
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  }
}

/** The first answer that is left and concerns the examinee. */
function nextAnswer(name, examinee) {
  const list = answers.get(name) ?? [];
  const answer = list.find(each => (each.times ?? 1) > 0 && (each.examinee ?? examinee) === examinee);
  if (answer?.times !== undefined) {
    answer.times--;
  }
  return { status: 204, ...answer };
}

server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
