// Loads the installed package. Only a browser, or Node with the same globals, can start a connection.

import * as mobileSync from '@mobilesync/mobile-sync';

const sync = new mobileSync.PlanSync({ socketUrl: 'wss://sync.example.com/ws', plan: 'P001', token: () => null });
console.log(...Object.keys(mobileSync).sort(), sync.connected);
