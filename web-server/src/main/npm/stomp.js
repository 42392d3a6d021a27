// Replaces the file of this name that web-server serves: in the npm package the STOMP library is a dependency.

export { Client, Versions } from '@stomp/stompjs';
