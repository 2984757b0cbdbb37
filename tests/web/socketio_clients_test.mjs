// The same cases with our Socket.IO client and the official one, over every transport.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bareCases } from './socketio/bare_cases.mjs';
import { demoCases } from './socketio/demo_cases.mjs';
import { echoCases, extraCases } from './socketio/echo_cases.mjs';
import { loadClients } from './socketio/clients.mjs';
import { recoveryCases } from './socketio/recovery_cases.mjs';
import { startNode } from './socketio/servers.mjs';
import { next, Stage } from './socketio/stage.mjs';

const TRANSPORTS = {
  'its own choice': undefined,
  polling: ['polling'],
  WebSocket: ['websocket'],
  'polling, then WebSocket': ['polling', 'websocket'],
};

const upgradeCase = {
  name: 'polling gives way to a WebSocket, or not',
  async run(stage) {
    const { url } = await stage.serve({ app: 'demo' });
    const socket = stage.open(url);
    const name = () => socket.io.engine.transport.name;
    if (stage.transports.length === 2) {
      await next(socket.io, 'open');
      assert.equal(name(), 'polling');
      const [transport] = await next(socket.io.engine, 'upgrade');
      assert.equal(transport.name, 'websocket');
      assert.equal(name(), 'websocket');
    } else {
      await next(socket, 'connect');
      assert.equal(name(), stage.transports[0]);
    }
    assert.equal(await socket.emitWithAck('broadcast', 'x'), 0);
  },
  isFor: (client, transports) => transports !== undefined,
};

const cases = [...demoCases, ...recoveryCases, ...echoCases, ...extraCases, ...bareCases,
  upgradeCase];

for (const client of await loadClients()) {
  for (const [label, transports] of Object.entries(TRANSPORTS)) {
    for (const { name, run, isFor = () => true } of cases) {
      if (!isFor(client, transports)) continue;
      test(`${client.name}, ${label}: ${name}`, (t) =>
        run(new Stage(t, client, startNode, transports)));
    }
  }
}
