// The examples of docs/pages.md in TypeScript.

import { backOff, DeviceSync, ExamineeSync, PlanSync } from 'https://sync.example.com/pages/mobile-sync.js';

const sync = new ExamineeSync({
  socketUrl: 'wss://sync.example.com/ws',
  plan: 'P001',
  examinee: 'E001',
  token: async ({ renew }) => ((await (await fetch(`/my/sync-token?renew=${renew}`)).json()) as { token: string }).token,
});

sync.addEventListener('mobile_sync_waiting', ({ detail }) => {
  const left: number = Date.parse(detail.data.deadline) - sync.serverNow();
  document.title = `${left} ms`;
});
sync.addEventListener('mobile_sync_failed', ({ detail }) => console.log(detail.data.error.code));
sync.addEventListener('mobile_sync_timeout', () => sync.enter());
sync.addEventListener('mobile_sync_completed', ({ detail }) => location.assign(`/exam/${detail.data.examineeId}`));
sync.addEventListener('mobile_sync_preview', ({ detail }) => detail.data.ready && sync.shutter({ delaySeconds: 3 }));
sync.addEventListener('mobile_sync_notice', ({ detail }) => alert(detail.data.text));
sync.addEventListener('message', ({ detail }) => {
  if (detail.type === 'mobile_sync_paired') console.log(detail.data.deviceId);
});
sync.addEventListener('connection', ({ detail }) => {
  if (detail.status === 'waiting' && detail.retryAt) console.log(new Date(detail.retryAt), detail.code);
});
sync.start();

const board = new PlanSync({ socketUrl: 'wss://sync.example.com/ws', plan: 'P001', token: () => null });
board.order('E001', { order: 'RETAKE', reason: 'too dark' }, () => console.log('the broker has it'));
board.order('E001', { order: 'RESET', reason: 'wrong phone' });
board.order('E001', { order: 'EXTEND', reason: 'network', deadline: new Date().toISOString() });
board.notice('E001', 'The exam starts at 10:00.');
setTimeout(() => board.reconnectNow({ force: true }), backOff(1));

const phone = new DeviceSync({ socketUrl: 'wss://sync.example.com/ws', plan: 'P001', examinee: 'E001', token: () => 'x' });
phone.addEventListener('mobile_sync_shutter', ({ detail }) => phone.preview(detail.data.delaySeconds > 0));
phone.stop();
