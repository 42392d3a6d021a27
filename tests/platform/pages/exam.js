// The examinee's page. What it shows is not proof of anything: the platform's server decides who may begin.

import { Step } from './step.js';

const element = (id) => document.getElementById(id);
let deadline = null;

// A real platform has signed the examinee in before.
const examinee = new URLSearchParams(location.search).get('examinee');
if (examinee) await fetch('/sign-in', { method: 'POST', body: JSON.stringify({ examinee }) });

const step = new Step(async () => {
  const response = await fetch('/my/step');
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`the platform answered ${response.status}`);
  return response.json();
});

step.addEventListener('state', ({ detail: { data } }) => {
  element('state').textContent = text(data);
  deadline = data.deadline ? Date.parse(data.deadline) : null;
  // A picture that comes late counts anyway.
  element('again').hidden = data.status !== 'TIMEOUT';
  element('begin').hidden = data.status !== 'COMPLETED';
});

step.addEventListener('pairing', ({ detail: pairing }) => {
  element('pairing').hidden = !pairing;
  if (!pairing) return;
  element('code').textContent = pairing.code.replace(/^(.{4})/, '$1 ');
  element('qr').src = `data:image/svg+xml,${encodeURIComponent(pairing.qrCode)}`;
  element('link').href = pairing.captureUrl.split('#')[0];
});

step.addEventListener('connection', ({ detail }) => (element('connection').textContent = detail.status));
element('again').addEventListener('click', () => step.enter());
element('begin').addEventListener('click', async () => {
  const { mayBegin } = await (await fetch('/my/exam', { method: 'POST' })).json();
  element('state').textContent = mayBegin ? 'The exam begins.' : 'Please wait for a proctor.';
});
setInterval(() => {
  const seconds = () => Math.max(0, Math.round((deadline - step.serverNow()) / 1000));
  element('left').textContent = deadline ? `${seconds()} s left` : '';
}, 500);

await step.start();

/** By status, and for failures by `retryable` rather than by code: a later version may have more codes. */
function text({ status, reason, error }) {
  switch (status) {
    case 'WAITING':
      return reason ? `Please take another picture: ${reason}` : 'Waiting for your phone';
    case 'PAIRED':
      return 'Your phone is connected. Take the picture.';
    case 'FAILED':
      return error.retryable ? 'That did not work. Your phone tries again.' : 'That did not work. Please take another picture.';
    case 'TIMEOUT':
      return 'The time is over.';
    default:
      return 'Done.';
  }
}
