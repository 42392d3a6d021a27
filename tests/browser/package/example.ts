// A page that is built with a bundler uses the npm package.

import { backOff, DeviceSync, ExamineeSync, PlanSync } from '@mobilesync/mobile-sync';

const step = { socketUrl: 'wss://sync.example.com/ws', plan: 'P001', examinee: 'E001', token: () => null };

const sync: ExamineeSync = new ExamineeSync(step);
sync.addEventListener('mobile_sync_waiting', ({ detail }) => Date.parse(detail.data.deadline));
new DeviceSync(step).preview(true);
new PlanSync(step).order('E001', { order: 'RETAKE', reason: 'too dark' });
setTimeout(() => sync.start(), backOff(1));

// @ts-expect-error the package has no other files
export { backOff as other } from '@mobilesync/mobile-sync/back-off.js';
