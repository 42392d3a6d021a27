// An exam platform's server in Node, without dependencies: it serves the examinee's page, and issues a token to whoever is signed in.
//
//   export MOBILE_SYNC_JWT_SECRET=$(cat data/secret) MOBILE_SYNC_ALLOWED_ORIGINS=http://localhost:3000
//   java -jar standalone/target/mobile-sync.jar      # the page's origin must be in MOBILE_SYNC_ALLOWED_ORIGINS
//   node docs/examples/javascript/platform-server.mjs
//
// Then open http://localhost:3000/exam?examinee=E001.

import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { PORT = 3000, WEB = 'http://localhost:8080', SOCKET = 'ws://localhost:8081/ws', PLAN = 'P001', MOBILE_SYNC_JWT_SECRET } = process.env;
const TOKEN_LIFETIME = 10 * 60; // seconds

const base64url = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');

function sign(claims) {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_LIFETIME;
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, aud: 'mobile-sync', exp })}`;
  return `${signed}.${createHmac('sha256', MOBILE_SYNC_JWT_SECRET).update(signed).digest('base64url')}`;
}

/** Your session says who it is. This example believes a cookie, which you must not do. */
function signedIn(request) {
  return /(?:^|; )examinee=([A-Za-z0-9][A-Za-z0-9_-]{0,63})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/exam') {
    const page = await readFile(new URL('exam.html', import.meta.url), 'utf8');
    const examinee = url.searchParams.get('examinee') ?? signedIn(request) ?? '';
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Set-Cookie', `examinee=${encodeURIComponent(examinee)}; HttpOnly; SameSite=Lax; Path=/`);
    response.end(page.replaceAll('{{web}}', WEB));
  } else if (url.pathname === '/my/step') {
    const examinee = signedIn(request);
    response.statusCode = examinee ? 200 : 401;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Cache-Control', 'no-store');
    response.end(
      JSON.stringify(
        examinee
          ? { socketUrl: SOCKET, plan: PLAN, examinee, token: sign({ role: 'examinee', plan: PLAN, examinee }) }
          : {},
      ),
    );
  } else {
    response.writeHead(404).end();
  }
});

server.listen(PORT, 'localhost', () => console.log(`http://localhost:${server.address().port}/exam?examinee=E001`));
