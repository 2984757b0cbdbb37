// Connections that break, of a server that loses nothing of them whenever they come back.

import assert from 'node:assert/strict';

import { Inbox, next } from './stage.mjs';

// What arrives of broadcasts, and where a welcome was among them.
function payloadsOf(socket) {
  const payloads = [];
  socket.on('message', ({ type, payload }) => payloads.push(type === 'welcome' ? type : payload));
  return payloads;
}

async function lose(socket) {
  const broken = next(socket, 'disconnect');
  socket.io.engine.close();
  await broken;
}

// What the official client receives in the turn in which its connection ends it keeps for later
// without noting where it is, and hears it twice whatever the server does. It may end so while it
// changes the transport, or has yet to send something.
async function settle(socket) {
  const { engine } = socket.io;
  do {
    await new Promise((resolve) => { setImmediate(resolve); });
  } while (engine.upgrading || engine.writeBuffer?.length > 0);
}

export const returnCases = [
  {
    name: 'under load a connection that breaks again and again misses nothing, and nothing twice',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', recovery: true });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const got = payloadsOf(b.socket);
      const { id } = b.socket;
      let said = 0;
      const say = (count) => {
        for (let i = 0; i < count; i += 1, said += 1) a.socket.emit('broadcast', said);
      };
      for (let round = 0; round < 8; round += 1) {
        say(20);
        b.socket.emit('broadcast', 'own');
        await settle(b.socket);
        const back = next(b.socket, 'connect');
        b.socket.io.engine.close();
        say(20);
        await back;
        assert.deepEqual([b.socket.recovered, b.socket.id], [true, id]);
      }
      await a.socket.emitWithAck('broadcast', 'end');
      while ((await b.inbox.take())[0].payload !== 'end');
      assert.deepEqual(got, [...Array.from({ length: said }, (_, i) => i), 'end']);
    },
  },
  {
    name: 'who comes back is in its rooms, and hears what was said there',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', recovery: true, rooms: true });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      await b.socket.emitWithAck('join', 'green');
      const got = payloadsOf(b.socket);
      const back = next(b.socket, 'connect');
      await lose(b.socket);
      await a.socket.emitWithAck('to', 'green', Buffer.from('while away'));
      await back;
      assert.equal(b.socket.recovered, true);
      assert.equal(await a.socket.emitWithAck('to', 'green', 'back again'), 1);
      await b.inbox.take();
      await b.inbox.take();
      assert.equal(Buffer.from(got[0]).toString(), 'while away');
      assert.equal(got[1], 'back again');
    },
  },
  {
    name: 'who missed more than was kept is connected anew, and knows',
    async run(stage) {
      const { url } = await stage.serve({ app: 'demo', recovery: true,
        args: ['--max-backlog', '64KiB'] });
      const [a, b] = [await stage.join(url), await stage.join(url)];
      const { id } = b.socket;
      const connects = new Inbox(b.socket, 'connect');
      b.socket.io.reconnection(false);
      await lose(b.socket);
      for (let i = 0; i < 5; i += 1) await a.socket.emitWithAck('broadcast', 'x'.repeat(10000));
      b.socket.connect();
      await connects.take();
      assert.equal(b.socket.recovered, false);
      assert.notEqual(b.socket.id, id);
      assert.equal((await b.inbox.take())[0].type, 'welcome');
    },
  },
];
