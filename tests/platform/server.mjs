// Starts the platform. README.md says how.

import { Platform } from './platform/platform.mjs';

const { PORT = 3000, WEB = 'http://localhost:8080', SOCKET = 'ws://localhost:8081/ws', PLAN = 'P001', ROSTER = 'E001,E002,E003', ...env } = process.env;

const platform = new Platform({
  web: WEB,
  socket: SOCKET,
  plan: PLAN,
  jwtSecret: env.MOBILE_SYNC_JWT_SECRET,
  webhookSecret: env.MOBILE_SYNC_WEBHOOK_SECRET,
  roster: ROSTER.split(',').map((examineeId) => ({ examineeId, name: `Name of ${examineeId}` })),
});
console.log(`${await platform.start(PORT)}/exam?examinee=${ROSTER.split(',')[0]}`);
