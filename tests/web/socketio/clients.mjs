// The clients under test: ours, as `wsb serve` hands it out, and the official one.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { startWsb } from './servers.mjs';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);

// The text of our client; WSB_SOCKETIO_CLIENT names a file to be tested instead.
export async function ourSource() {
  if (process.env.WSB_SOCKETIO_CLIENT) return readFileSync(process.env.WSB_SOCKETIO_CLIENT, 'utf8');
  const server = await startWsb();
  try {
    return await (await fetch(`${server.url}/socket.io/socket.io.js`)).text();
  } finally {
    await server.stop();
  }
}

// What require() would give for that text.
function asModule(source) {
  const module = { exports: {} };
  new Function('module', 'exports', source)(module, module.exports);
  return module.exports;
}

export async function loadClients() {
  globalThis.WebSocket = require('ws');
  return [
    { name: 'our client', isOurs: true, io: asModule(await ourSource()).io },
    { name: 'the official client', isOurs: false, io: require('socket.io-client').io },
  ];
}
