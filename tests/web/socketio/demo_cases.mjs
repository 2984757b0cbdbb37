// The broadcast server as its clients see it.

import assert from 'node:assert/strict';

import { Inbox, next } from './stage.mjs';

const broadcast = (payload) => ({ type: 'broadcast', payload });
const bytesOf = (binary) => [...new Uint8Array(
  ArrayBuffer.isView(binary) ? binary.buffer.slice(binary.byteOffset,
    binary.byteOffset + binary.byteLength) : binary)];

export const demoCases = [
  {
    name: 'who connects has an id and is welcomed',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const socket = stage.open(url);
      const inbox = new Inbox(socket, 'message');
      assert.equal(socket.connected, false);
      assert.equal(socket.id, undefined);
      await next(socket, 'connect');
      assert.equal(socket.connected, true);
      assert.match(socket.id, /^[\w-]{20}$/);
      assert.deepEqual(await inbox.take(),
        [{ type: 'welcome', message: 'Connected to broadcast server!' }]);
    },
  },
  {
    name: 'a broadcast reaches everyone but its sender, whose ack tells how many',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const [a, b, c] = [await stage.join(url), await stage.join(url), await stage.join(url)];
      assert.equal(await a.socket.emitWithAck('broadcast', 'hi'), 2);
      assert.deepEqual(await b.inbox.take(), [broadcast('hi')]);
      assert.deepEqual(await c.inbox.take(), [broadcast('hi')]);
      b.socket.emit('broadcast', { deep: ['ünï', null, 1.5] });
      // Had the first come back to its sender, it would be in front.
      assert.deepEqual(await a.inbox.take(), [broadcast({ deep: ['ünï', null, 1.5] })]);
    },
  },
  {
    name: 'rooms keep their messages',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', rooms: true });
      const [a, b, c] = [await stage.join(url), await stage.join(url), await stage.join(url)];
      await a.socket.emitWithAck('join', 'green');
      await b.socket.emitWithAck('join', 'green');
      assert.equal(await a.socket.emitWithAck('to', 'green', 'leaves'), 1);
      assert.equal((await b.inbox.take())[0].payload, 'leaves');
      await b.socket.emitWithAck('leave', 'green');
      assert.equal(await a.socket.emitWithAck('to', 'green', 'nobody'), 0);
      a.socket.emit('broadcast', 'the end');
      assert.equal((await b.inbox.take())[0].payload, 'the end');
      assert.equal((await c.inbox.take())[0].payload, 'the end');
    },
  },
  {
    name: 'an event that nobody knows is ignored, and its ack times out',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const { socket } = await stage.join(url);
      const error = await new Promise((resolve) => socket.timeout(30).emit('nonsense', 1, resolve));
      assert.equal(error.message, 'operation has timed out');
      await assert.rejects(socket.timeout(30).emitWithAck('nonsense'),
        { message: 'operation has timed out' });
      const [none, count] = await new Promise((resolve) =>
        socket.timeout(10000).emit('broadcast', 'x', (...args) => resolve(args)));
      assert.equal(none, null);
      assert.equal(count, 0);
      assert.equal(socket.connected, true);
    },
  },
  {
    name: 'a broadcast may be binary',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      for (const binary of [all, all.buffer, all.subarray(3, 8), new DataView(all.buffer, 250),
        new Uint8Array(0)]) {
        a.socket.emit('broadcast', binary);
        assert.deepEqual(bytesOf((await b.inbox.take())[0].payload), bytesOf(binary));
      }
    },
  },
  {
    name: 'half a megabyte arrives whole, as text and as binary',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const text = 'äöü✓'.repeat(55000); // 500 kB of UTF-8
      a.socket.emit('broadcast', text);
      assert.ok((await b.inbox.take())[0].payload === text);
      const bytes = Buffer.alloc(500000, 'pattern');
      a.socket.emit('broadcast', bytes);
      assert.ok(bytes.equals(Buffer.from((await b.inbox.take())[0].payload)));
    },
  },
  {
    name: 'a thousand messages keep their order, also while the transport changes',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const count = 1000;
      const payload = (i) => (i % 50 ? i : Buffer.from([i / 50])); // with attachments among them
      // In slices, each when the last one has been taken in, so that they span the upgrade.
      for (let at = 0; at < count; at += 100) {
        for (let i = at; i < at + 99; i += 1) a.socket.emit('broadcast', payload(i));
        await a.socket.emitWithAck('broadcast', payload(at + 99));
      }
      const got = await b.inbox.takeAll(count);
      got.forEach(({ payload: found }, i) => {
        if (i % 50) assert.equal(found, i);
        else assert.deepEqual(bytesOf(found), [i / 50]);
      });
    },
  },
  {
    name: 'what is emitted before the connection is there follows in order',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const b = await stage.join(url);
      const a = stage.open(url);
      for (let i = 0; i < 5; i += 1) a.emit('broadcast', i);
      a.volatile.emit('broadcast', 'gone with the wind');
      assert.equal(await a.emitWithAck('broadcast', 5), 1);
      assert.deepEqual((await b.inbox.takeAll(6)).map(({ payload }) => payload),
        [0, 1, 2, 3, 4, 5]);
    },
    isFor: ({ isOurs }) => isOurs, // the official client may keep the volatile one
  },
  {
    name: 'who disconnects stays away, and may come back as somebody else',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const { socket, inbox } = await stage.join(url);
      const { id } = socket;
      socket.disconnect();
      assert.deepEqual([socket.connected, socket.active, socket.id], [false, false, undefined]);
      socket.connect();
      await next(socket, 'connect');
      assert.notEqual(socket.id, id);
      assert.equal((await inbox.take())[0].type, 'welcome');
    },
  },
  {
    name: 'a namespace that does not exist is refused',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo' });
      const socket = stage.open(`${url}/nowhere`);
      const [error] = await next(socket, 'connect_error');
      assert.ok(error instanceof Error);
      assert.equal(error.message, 'Invalid namespace');
      assert.deepEqual([socket.connected, socket.active], [false, false]);
    },
  },
  {
    name: 'too large a message ends the connection, and the client comes back',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', maxPayload: 20000 });
      const { socket } = await stage.join(url);
      const ends = new Inbox(socket, 'disconnect');
      socket.emit('broadcast', 'x'.repeat(30000));
      const [reason] = await ends.take();
      // Over polling, either the refusal of the body or the end of the poll is there first.
      assert.ok(reason === 'transport close' || (stage.mayPoll && reason === 'transport error'));
      await next(socket, 'connect');
    },
    isFor: (client, transports) => transports?.length === 1, // the same transport all the time
  },
  {
    name: 'many messages are more than one body can take',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', maxPayload: 20000 });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const texts = Array.from({ length: 20 }, (_, i) => `${i} ${'ü'.repeat(3000)}`);
      for (const text of texts) a.socket.emit('broadcast', text);
      for (let i = 0; i < 10; i += 1) a.socket.emit('broadcast', Buffer.alloc(9000, i));
      const got = (await b.inbox.takeAll(30)).map(({ payload }) => payload);
      assert.deepEqual(got.slice(0, 20), texts);
      got.slice(20).forEach((payload, i) => assert.equal(bytesOf(payload)[8999], i));
    },
  },
];
