// Servers that misbehave, and what exactly goes over the wire: Engine.IO with a script on top.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

import { Inbox, next } from './stage.mjs';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const engineIo = require('engine.io');

// `script(socket, message)` is called with each message. `onRequest` and `onUpgrade` take the place
// of the engine.
async function serve(stage, { script, options, onRequest, onUpgrade }) {
  const engine = new engineIo.Server({ pingInterval: 5000, pingTimeout: 5000, ...options });
  const http = createServer(onRequest ?? ((request, response) =>
    engine.handleRequest(request, response)));
  http.on('upgrade', onUpgrade ?? ((request, socket, head) =>
    engine.handleUpgrade(request, socket, head)));
  engine.on('connection', (socket) =>
    socket.on('message', (message) => script?.(socket, message)));
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  const held = new Set();
  http.on('connection', (socket) => held.add(socket));
  stage.t.after(() => {
    http.close();
    engine.close();
    held.forEach((socket) => socket.destroy());
  });
  return `http://127.0.0.1:${http.address().port}`;
}

const accept = (socket, message) => {
  if (message === '0') socket.send('0{"sid":"somebody"}');
};

const BAD_PACKETS = {
  'no packet': ['9'],
  'no JSON': ['2["x"'],
  'no array': ['2{}'],
  'no name': ['2[{}]'],
  'a reserved name': ['2["disconnect"]'],
  'text for an attachment': ['51-["x",{"_placeholder":true,"num":0}]', '2["x"]'],
  'an attachment for nothing': [Buffer.from('x')],
  'a number that no attachment has': ['51-["x",{"_placeholder":true,"num":1}]', Buffer.from('x')],
  'a number that is none': ['51-["x",{"_placeholder":true,"num":"length"}]', Buffer.from('x')],
};

export const bareCases = [
  {
    name: 'what is emitted right before a disconnect is sent before it',
    async run(stage) {
      const ended = new Promise((resolve) => {
        stage.ended = resolve;
      });
      const got = [];
      const url = await serve(stage, {
        script(socket, message) {
          if (got.length === 0) socket.once('close', stage.ended);
          accept(socket, message);
          got.push(message);
        },
      });
      const socket = await stage.connect(url);
      for (let i = 0; i < 3; i += 1) socket.emit('last', i);
      socket.emit('binary', Buffer.from('x'));
      socket.disconnect();
      await ended;
      assert.deepEqual(got, ['0', '2["last",0]', '2["last",1]', '2["last",2]',
        '51-["binary",{"_placeholder":true,"num":0}]', Buffer.from('x'), '1']);
    },
  },
  {
    name: 'a server that falls silent is left, and found again',
    async run(stage) {
      const url = await serve(stage, {
        options: { pingInterval: 60, pingTimeout: 60 },
        script(socket, message) {
          accept(socket, message);
          clearTimeout(socket.pingIntervalTimer);
        },
      });
      const socket = await stage.connect(url);
      assert.equal((await next(socket, 'disconnect'))[0], 'ping timeout');
      await next(socket, 'connect');
    },
  },
  ...Object.entries(BAD_PACKETS).map(([name, packets]) => ({
    name: `${name} from the server ends the connection`,
    async run(stage) {
      const url = await serve(stage, {
        script(socket, message) {
          accept(socket, message);
          if (message === '2["go"]') packets.forEach((packet) => socket.send(packet));
        },
      });
      const socket = await stage.connect(url);
      const [reason] = await new Promise((resolve) => {
        socket.on('disconnect', (...args) => resolve(args));
        socket.emit('go');
      });
      assert.equal(reason, 'parse error');
      await next(socket, 'connect');
    },
  })),
  {
    name: 'who does not answer at all is given up in time',
    async run(stage) {
      const url = await serve(stage, { onRequest() {}, onUpgrade() {} });
      const socket = stage.open(url, { timeout: 60, reconnectionAttempts: 1 });
      const errors = new Inbox(socket, 'connect_error');
      await next(socket.io, 'reconnect_failed');
      for (const { message } of await errors.takeAll(2)) assert.equal(message, 'timeout');
    },
  },
  {
    name: 'a WebSocket handshake that nobody answers makes the client poll',
    async run(stage) {
      const url = await serve(stage, { script: accept, onUpgrade() {} });
      const socket = await stage.connect(url, { timeout: 400 });
      assert.equal(socket.io.engine.transport.name, 'polling');
    },
    isFor: ({ isOurs }, transports) => isOurs && transports === undefined,
  },
  {
    name: 'when the upgrade fails the client goes on polling',
    async run(stage) {
      const url = await serve(stage, {
        script(socket, message) {
          accept(socket, message);
          if (message.startsWith('20')) socket.send(message.replace('20', '30'));
        },
        onUpgrade: (request, socket) => socket.destroy(),
      });
      const socket = stage.open(url);
      await next(socket.io, 'open');
      const failed = next(socket.io.engine, 'upgradeError');
      await next(socket, 'connect');
      await failed;
      assert.equal(await socket.emitWithAck('x', 'still'), 'x');
      assert.equal(socket.io.engine.transport.name, 'polling');
    },
    isFor: (client, transports) => transports?.length === 2,
  },
];
