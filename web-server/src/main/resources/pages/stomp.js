// The STOMP library of mobile-sync.js. The npm package has another file of this name, which imports the library by its package name.

import '../webjars/stomp__stompjs/bundles/stomp.umd.min.js';

export const { Client, Versions } = globalThis.StompJs;
