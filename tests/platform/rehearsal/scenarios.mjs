// What happens to the examinees of the rehearsal. Each scenario returns when its examinee's page has shown the end.

import { randomUUID } from 'node:crypto';

import { Phone } from './people.mjs';

/** Takes the step as it should be. */
export async function completes({ examinee, web, picture }) {
  await examinee.openPage();
  const phone = new Phone(web);
  await phone.pair(await examinee.qrCode());
  await examinee.sees('PAIRED', ({ deviceId }) => deviceId === phone.deviceId);
  await phone.upload(picture);
  await examinee.sees('COMPLETED');
  return phone;
}

/** The store fails once. The phone sends the picture again. */
export const triesAgain = async (scene) => completes(scene);

/** The picture is rejected for good. */
export async function fails({ examinee, web, picture, note }) {
  await examinee.openPage();
  const phone = new Phone(web);
  await phone.pair(await examinee.typedCode());
  note('upload', await outcome(phone.upload(picture)));
  await examinee.sees('FAILED', ({ error }) => !error.retryable);
}

export async function timesOut({ examinee }) {
  await examinee.openPage();
  await examinee.sees('TIMEOUT');
}

/** The phone is broken, and the proctor has seen the place. */
export async function isAccepted({ examinee, proctor }) {
  await timesOut({ examinee });
  await proctor.order(examinee.id, { order: 'ACCEPT', reason: 'phone broken, seen by eye' });
  await examinee.sees('COMPLETED');
}

/** The proctor clicks twice, and the browser repeats it later. The id stands for one order alone. */
export async function takesAgain({ examinee, proctor, web, picture, note }) {
  const phone = await completes({ examinee, web, picture });
  const order = { order: 'RETAKE', reason: 'too dark' };
  const id = randomUUID();
  const clicks = await Promise.all([proctor.order(examinee.id, order, id), proctor.order(examinee.id, order, id)]);
  await examinee.sees('WAITING', ({ reason }) => reason === order.reason);
  await phone.upload(picture);
  await examinee.sees('COMPLETED');
  note('orders', [...clicks, await proctor.order(examinee.id, order, id)]);
  note('otherOrder', await proctor.order(examinee.id, { order: 'ACCEPT', reason: 'seen' }, id));
}

/** The wrong phone was paired. */
export async function startsOver({ examinee, proctor, web, picture, note }) {
  const wrong = await completes({ examinee, web, picture });
  await proctor.order(examinee.id, { order: 'RESET', reason: 'wrong phone' });
  // The page enters the step again by itself.
  await examinee.sees('WAITING', ({ notEntered }) => !notEntered);
  note('upload', await outcome(wrong.upload(picture)));
  const phone = new Phone(web);
  await phone.pair(await examinee.qrCode());
  await phone.upload(picture);
  await examinee.sees('COMPLETED', ({ deviceId }) => deviceId === phone.deviceId);
}

/** The first request of the order gets no confirmation. */
export async function isGivenTime({ examinee, proctor, web, picture, note }) {
  await examinee.openPage();
  await examinee.sees('WAITING');
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  note('orders', [await proctor.order(examinee.id, { order: 'EXTEND', reason: 'slow network', deadline })]);
  await examinee.sees('WAITING', (data) => Date.parse(data.deadline) === Date.parse(deadline));
  const phone = new Phone(web);
  await phone.pair(await examinee.qrCode());
  await phone.upload(picture);
  await examinee.sees('COMPLETED');
}

export async function staysAway() {}

/** The problem with which a request has ended. */
export async function outcome(request) {
  try {
    await request;
    return { status: 200 };
  } catch ({ status, code, reason, type, retryable }) {
    return { status, code, reason, type, retryable };
  }
}
