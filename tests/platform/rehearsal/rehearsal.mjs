// Rehearses an exam of twenty: the platform, its examinees and its proctor in one process. Prints a report in JSON as the last line.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { WebSocket } from 'ws';

import { MobileSync } from '../platform/mobile-sync.mjs';
import { send } from '../platform/rest.mjs';
import { Contract } from './contract.mjs';
import { Examinee, Proctor } from './people.mjs';
import { Recorder } from './recorder.mjs';
import * as scenarios from './scenarios.mjs';

// Node 20 has no WebSocket of its own.
globalThis.WebSocket ??= WebSocket;

const { WEB: web, SOCKET: socket, PICTURE, PORT, MOBILE_SYNC_JWT_SECRET, MOBILE_SYNC_WEBHOOK_SECRET } = process.env;
// Records remain, so each run has a plan and examinees of its own.
const run = randomBytes(4).toString('hex');
const plan = `rehearsal-${run}`;

const CAST = {
  ...Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${run}-E${i + 1}`, scenarios.completes])),
  [`sandbox-store-failed-once-${run}`]: scenarios.triesAgain,
  [`sandbox-too-large-${run}`]: scenarios.fails,
  [`sandbox-timeout-${run}-1`]: scenarios.timesOut,
  [`sandbox-timeout-${run}-2`]: scenarios.isAccepted,
  [`${run}-retake`]: scenarios.takesAgain,
  [`${run}-reset`]: scenarios.startsOver,
  [`sandbox-publish-failed-once-${run}`]: scenarios.isGivenTime,
  [`${run}-absent`]: scenarios.staysAway,
};

const contract = await Contract.load(web);
globalThis.fetch = contract.fetch;
const picture = await readFile(PICTURE);

const platform = new Recorder({
  web,
  socket,
  plan,
  jwtSecret: MOBILE_SYNC_JWT_SECRET,
  webhookSecret: MOBILE_SYNC_WEBHOOK_SECRET,
  roster: Object.keys(CAST).map((examineeId) => ({ examineeId, name: `Name of ${examineeId}` })),
  changesInterval: 100,
});
const address = await platform.start(PORT);
const proctor = new Proctor(address);
await proctor.signIn({ proctor: 'kim' });

const examinees = Object.keys(CAST).map((id) => new Examinee(address, id));
await Promise.all(examinees.map((examinee) => examinee.signIn({ examinee: examinee.id })));
const notes = {};
await Promise.all(
  examinees.map((examinee) => {
    // What a scenario has to report.
    const note = (name, value) => (notes[examinee.id] = { ...notes[examinee.id], [name]: value });
    return CAST[examinee.id]({ examinee, proctor, web, picture, note });
  }),
);
await platform.awaitAgreement();

const report = {
  examinees: {},
  picture: await pictureAsProctor(),
  refused: await refusedRequests(),
  forgedWebhook: (await fetch(`${address}/hooks`, { method: 'POST', headers: forged(), body: '{}' })).status,
  orders: await (await proctor.call('GET', '/orders')).json(),
  reread: await platform.reread(),
};
const states = await (await proctor.call('GET', '/examinees')).json();
for (const examinee of examinees) {
  const { items } = await platform.mobileSync.history(examinee.id);
  report.examinees[examinee.id] = {
    scenario: CAST[examinee.id].name,
    status: states[examinee.id].status,
    statuses: platform.statuses(examinee.id),
    orders: items.filter(({ order }) => order).map(({ order }) => order),
    mayBegin: await examinee.begin(),
    notes: notes[examinee.id],
  };
}
for (const message of examinees.flatMap(({ messages }) => messages)) await contract.checkMessage(message);
for (const body of platform.received) await contract.checkWebhook(body);
examinees.forEach((examinee) => examinee.closePage());
await platform.stop();
Object.assign(report, { followed: platform.summary(), contract: { checked: contract.checked, violations: contract.violations } });
console.log(`report ${JSON.stringify(report)}`);

/** A proctor's token opens a picture, the platform's own does not. */
async function pictureAsProctor() {
  const { imageUrl } = await platform.mobileSync.record(`${run}-E1`);
  const token = await proctor.token();
  const bytes = await (await send('GET', web + imageUrl, { token: () => token })).arrayBuffer();
  return {
    isJpeg: Buffer.from(bytes).subarray(0, 2).toString('hex') === 'ffd8',
    asService: await scenarios.outcome(send('GET', web + imageUrl, { token: () => platform.tokens.service([plan]) })),
  };
}

/** What a token of the role `service` does not allow. */
async function refusedRequests() {
  const tokens = { service: () => platform.tokens.service([plan]) };
  const other = new MobileSync({ web, plan: `${plan}-other`, tokens });
  const pairings = `${web}/api/v1/plans/${plan}/examinees/${run}-E1/pairings`;
  return {
    changes: await scenarios.outcome(other.changes('', 10)),
    record: await scenarios.outcome(other.record('E1')),
    history: await scenarios.outcome(other.history('E1')),
    order: await scenarios.outcome(other.order('E1', `${run}-other`, { order: 'ACCEPT', reason: 'seen' })),
    roster: await scenarios.outcome(other.replaceRoster([])),
    pairing: await scenarios.outcome(send('POST', pairings, { token: tokens.service })),
  };
}

function forged() {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return { 'webhook-id': 'forged', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${randomBytes(32).toString('base64')}` };
}
