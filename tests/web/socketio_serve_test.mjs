// `wsb serve` as the server of Socket.IO clients, ours and the official one, over every transport,
// with four workers, and with one in short: sessions are found by whichever worker a connection
// comes to.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

import { loadClients } from './socketio/clients.mjs';
import { demoCases } from './socketio/demo_cases.mjs';
import { recoveryCases } from './socketio/recovery_cases.mjs';
import { returnCases } from './socketio/return_cases.mjs';
import { startWsb } from './socketio/servers.mjs';
import { next, Stage } from './socketio/stage.mjs';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const WebSocket = require('ws');
const { io } = require('socket.io-client');

const TRANSPORTS = {
  'its own choice': undefined,
  polling: ['polling'],
  WebSocket: ['websocket'],
  'polling, then WebSocket': ['polling', 'websocket'],
};

const RECOVERIES = ['after a restart of the server the client is back and sends what it kept',
  'without reconnection one failure is all', 'with recovery a broken connection loses nothing',
  'what the server has forgotten is not recovered'];
const cases = [...demoCases, ...returnCases,
  ...recoveryCases.filter(({ name }) => RECOVERIES.includes(name))];

for (const threads of [1, 4]) {
  const start = ({ args = [], ...options }) =>
    startWsb({ ...options, args: ['--threads', String(threads), ...args] });
  for (const client of await loadClients()) {
    for (const [label, transports] of Object.entries(TRANSPORTS)) {
      if (threads === 1 && transports !== undefined) continue;
      for (const { name, run, isFor = () => true } of cases) {
        if (!isFor(client, transports)) continue;
        test(`${threads} workers, ${client.name}, ${label}: ${name}`, (t) =>
          run(new Stage(t, client, start, transports)));
      }
    }
  }
}

async function open(t, args, options = {}) {
  const server = await startWsb({ args });
  t.after(() => server.stop());
  const socket = io(server.url, { forceNew: true, ...options });
  t.after(() => socket.disconnect());
  return { server, socket };
}

test('plain WebSocket clients and Socket.IO clients hear each other', async (t) => {
  const { server, socket } = await open(t, ['--threads', '2']);
  await next(socket, 'message');
  const plain = new WebSocket(server.url.replace('http', 'ws'));
  t.after(() => plain.terminate());
  assert.match(String((await next(plain, 'message'))[0]), /welcome/);
  plain.send('{"from":"plain"}');
  assert.deepEqual((await next(socket, 'message'))[0],
    { type: 'broadcast', payload: { from: 'plain' } });
  socket.emit('broadcast', 'hi');
  assert.equal(String((await next(plain, 'message'))[0]), '{"type":"broadcast","payload":"hi"}');
  socket.emit('broadcast', Buffer.from([1, 2]));
  const [data, isBinary] = await next(plain, 'message');
  assert.equal(isBinary, true);
  assert.deepEqual([...data], [1, 2]);
});

test('a token is asked for, in auth or in a header, and a refusal says so', async (t) => {
  const { server, socket } = await open(t, ['--token', 'sesame']);
  const [error] = await next(socket, 'connect_error');
  assert.equal(error.message, 'unauthorized');
  assert.equal(error.data.code, 401);
  socket.auth = { token: 'sesame' };
  socket.connect();
  await next(socket, 'connect');
  const other = io(server.url,
    { forceNew: true, extraHeaders: { Authorization: 'Bearer sesame' } });
  t.after(() => other.disconnect());
  await next(other, 'connect');
});

test('pages of foreign origins are refused on every transport', async (t) => {
  for (const transports of [['polling'], ['websocket']]) {
    const { socket } = await open(t, [],
      { transports, extraHeaders: { Origin: 'http://evil.test' }, reconnection: false });
    await next(socket, 'connect_error');
    assert.equal(socket.connected, false);
  }
});

test('a server that ends closes the transport, and clients come back by themselves', async (t) => {
  const { server, socket } = await open(t, []);
  await next(socket, 'connect');
  const [ended] = await Promise.all([next(socket, 'disconnect'), server.stop()]);
  assert.equal(ended[0], 'transport close');
  const again = await startWsb({ port: server.port });
  t.after(() => again.stop());
  await next(socket, 'connect');
});
