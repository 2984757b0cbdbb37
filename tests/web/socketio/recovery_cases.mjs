// Connections that break, and what comes after.

import assert from 'node:assert/strict';

import { Inbox, next } from './stage.mjs';

// While it shuts down, the reference answers some polls with an error.
function assertGone(stage, reason) {
  const reasons = ['transport close', ...(stage.mayPoll ? ['transport error'] : [])];
  assert.ok(reasons.includes(reason), reason);
}

export const recoveryCases = [
  {
    name: 'after a restart of the server the client is back and sends what it kept',
    async run(stage) {
      const first = await stage.serve({ app: 'demo' });
      const { socket, inbox } = await stage.join(first.url);
      const { id } = socket;
      const ended = next(socket, 'disconnect');
      const attempt = next(socket.io, 'reconnect_attempt');
      const reconnected = next(socket.io, 'reconnect');
      const [[reason]] = await Promise.all([ended, first.stop()]);
      assertGone(stage, reason);
      assert.deepEqual([socket.connected, socket.active], [false, true]);
      assert.deepEqual(await attempt, [1]);
      const answered = socket.emitWithAck('broadcast', 'kept');
      const connected = next(socket, 'connect');
      await stage.serve({ app: 'demo', port: first.port });
      await connected;
      assert.ok((await reconnected)[0] >= 1);
      assert.notEqual(socket.id, id);
      assert.equal((await inbox.take())[0].type, 'welcome');
      assert.equal(await answered, 0);
    },
  },
  {
    name: 'without a server every attempt is reported, up to the last',
    async run(stage) {
      const gone = await stage.serve({ app: 'demo' });
      await gone.stop();
      const socket = stage.open(gone.url, { reconnectionAttempts: 2 });
      const errors = new Inbox(socket, 'connect_error');
      const attempts = new Inbox(socket.io, 'reconnect_attempt');
      await next(socket.io, 'reconnect_failed');
      assert.deepEqual(await attempts.takeAll(2), [1, 2]);
      // The official client tries only the first; ours reports the last.
      const tried = stage.transports ?? ['polling'];
      const polls = tried[stage.client.isOurs ? tried.length - 1 : 0] === 'polling';
      for (const error of await errors.takeAll(3)) {
        assert.ok(error instanceof Error);
        assert.equal(error.message, polls ? 'xhr poll error' : 'websocket error');
        assert.equal(error.type, 'TransportError');
      }
      assert.deepEqual(errors.items, []);
      assert.equal(socket.connected, false);
    },
  },
  {
    name: 'without reconnection one failure is all',
    async run(stage) {
      const server = await stage.serve({ app: 'demo' });
      const { socket } = await stage.join(server.url, { reconnection: false });
      const ended = next(socket, 'disconnect');
      const attempts = new Inbox(socket.io, 'reconnect_attempt');
      await server.stop();
      assertGone(stage, (await ended)[0]);
      socket.connect();
      await next(socket, 'connect_error');
      assert.deepEqual(attempts.items, []);
    },
  },
  {
    name: 'heartbeats keep a quiet connection',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', pingInterval: 100, pingTimeout: 1500 });
      const { socket } = await stage.join(url);
      const ends = new Inbox(socket, 'disconnect');
      for (let i = 0; i < 18; i += 1) await next(socket.io, 'ping');
      assert.equal(socket.connected, true);
      assert.deepEqual(ends.items, []);
    },
  },
  {
    name: 'with recovery a broken connection loses nothing',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', recovery: true });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      assert.equal(b.socket.recovered, false);
      await a.socket.emitWithAck('broadcast', 'before');
      assert.equal((await b.inbox.take())[0].payload, 'before');
      const { id } = b.socket;
      const order = [];
      b.socket.on('connect', () => order.push('connect'));
      b.socket.on('message', ({ type, payload }) => {
        if (type === 'broadcast') order.push(payload); // the reference welcomes once more
      });
      const broken = next(b.socket, 'disconnect');
      b.socket.io.engine.close();
      await broken;
      for (const text of ['while', 'away']) await a.socket.emitWithAck('broadcast', text);
      await next(b.socket, 'connect');
      assert.equal(b.socket.recovered, true);
      assert.equal(b.socket.id, id);
      await a.socket.emitWithAck('broadcast', 'after');
      while ((await b.inbox.take())[0].payload !== 'after');
      // The reference sends what was missed before it says that the client is back, wsb after it.
      const back = order.indexOf('connect');
      assert.ok(back === 0 || back === 2, `'connect' came at ${back}`);
      assert.deepEqual(order.filter((what) => what !== 'connect'), ['while', 'away', 'after']);
    },
  },
  {
    name: 'what the server has forgotten is not recovered',
    async run(stage) {
      const first = await stage.serve({ app: 'demo', recovery: true });
      const { socket } = await stage.join(first.url);
      const ended = next(socket, 'disconnect');
      await first.stop();
      await ended;
      const connected = next(socket, 'connect');
      await stage.serve({ app: 'demo', recovery: true, port: first.port });
      await connected;
      assert.equal(socket.recovered, false);
    },
  },
];
