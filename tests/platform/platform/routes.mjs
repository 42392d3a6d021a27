// The platform's HTTP interface: pages for examinees, tokens, orders of proctors, and the receiver of webhooks.

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

import { Problem } from './rest.mjs';
import { Sessions } from './sessions.mjs';

const ROOT = new URL('../', import.meta.url);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };
/** The page, its scripts, and the packages that they import. */
const FILES = /^\/(pages|node_modules\/@mobilesync\/mobile-sync|node_modules\/@stomp\/stompjs\/esm6)(\/[a-z0-9-]+)+\.(html|js)$/;
const MAX_BODY = 64 * 1024;

export function handler(platform) {
  const { config } = platform;
  const sessions = new Sessions();

  const routes = {
    'POST /sign-in': async ({ request, response }) => {
      const cookie = sessions.signIn(JSON.parse(await read(request)));
      if (!cookie) return [400, {}];
      response.setHeader('Set-Cookie', cookie);
      return [200, {}];
    },

    /** What the examinee's page needs for the step, with a new token each time. */
    'GET /my/step': async ({ user: { examinee } }) => {
      if (!examinee) return [401, {}];
      const { web, socket, plan } = config;
      const token = platform.tokens.examinee(plan, examinee, platform.examinees.nameOf(examinee));
      return [200, { web, socketUrl: socket, plan, examinee, token }];
    },

    'POST /my/exam': async ({ user: { examinee } }) => {
      if (!examinee) return [401, {}];
      return [200, { mayBegin: await platform.mayBegin(examinee) }];
    },

    /** For mobile-sync's own pages, as MOBILE_SYNC_PAGES_TOKEN_URL: the proctors use its board. */
    'GET /sync-token': async ({ user: { examinee, proctor }, response }) => {
      response.setHeader('Access-Control-Allow-Origin', new URL(config.web).origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      if (proctor) return [200, { token: platform.tokens.proctor(proctor, [config.plan]) }];
      if (examinee) return [200, { token: platform.tokens.examinee(config.plan, examinee, platform.examinees.nameOf(examinee)) }];
      return [401, {}];
    },

    'GET /examinees': async ({ user: { proctor } }) => (proctor ? [200, platform.examinees.list()] : [401, {}]),

    'GET /orders': async ({ user: { proctor } }) => (proctor ? [200, platform.orders.list()] : [401, {}]),

    /** An order of a proctor: {id, examinee, order: {order, reason, deadline?}}. */
    'POST /orders': async ({ user: { proctor }, request }) => {
      if (!proctor) return [401, {}];
      const { id, examinee, order } = JSON.parse(await read(request));
      try {
        return [200, await platform.orders.give(id, proctor, examinee, order)];
      } catch (failure) {
        if (!(failure instanceof Problem)) throw failure;
        const { status, code, reason, type, message } = failure;
        return [status, { code, reason, type, message }];
      }
    },

    'POST /hooks': async ({ request }) => [platform.webhooks.receive(await read(request), request.headers)],
  };

  return async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    try {
      const route = routes[`${request.method} ${pathname}`];
      if (route) {
        answer(response, ...(await route({ request, response, user: sessions.user(request) })));
      } else {
        await serveFile(response, pathname === '/exam' ? '/pages/exam.html' : pathname);
      }
    } catch (failure) {
      console.error(request.method, pathname, failure.message);
      answer(response, 500, {});
    }
  };
}

async function serveFile(response, path) {
  if (!FILES.test(path)) return answer(response, 404, {});
  const content = await readFile(new URL(`.${path}`, ROOT));
  response.writeHead(200, { 'Content-Type': TYPES[extname(path)] }).end(content);
}

function answer(response, status, json) {
  if (json === undefined) return response.writeHead(status).end();
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(json));
}

/** The bytes of the body, unchanged. */
async function read(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
