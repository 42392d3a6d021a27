// Each of these lines is an error.

import { ExamineeSync, PlanSync } from 'https://sync.example.com/pages/mobile-sync.js';

const options = { socketUrl: 'wss://sync.example.com/ws', plan: 'P001', token: () => null };
declare const board: PlanSync;
declare const sync: ExamineeSync;

// @ts-expect-error an examinee's step needs the examinee
new ExamineeSync(options);
// @ts-expect-error no such order
board.order('E001', { order: 'RESTART', reason: 'again' });
// @ts-expect-error an extension needs its deadline
board.order('E001', { order: 'EXTEND', reason: 'network' });
// @ts-expect-error a proctor's connection has no shutter
board.shutter();
// @ts-expect-error no such event
sync.addEventListener('mobile_sync_done', () => sync.stop());
// @ts-expect-error a completed step has no error
sync.addEventListener('mobile_sync_completed', ({ detail }) => detail.data.error.code);
