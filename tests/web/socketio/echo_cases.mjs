// The wire in both directions, and what a server's program can do to its clients.

import assert from 'node:assert/strict';

import { Inbox, next } from './stage.mjs';

const buffer = (binary) => (ArrayBuffer.isView(binary)
  ? Buffer.from(binary.buffer, binary.byteOffset, binary.byteLength) : Buffer.from(binary));

export const echoCases = [
  {
    name: 'auth reaches the server, as an object and from a function',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      for (const auth of [{ token: 'a' }, (done) => setImmediate(() => done({ token: 'a' }))]) {
        const socket = stage.open(url, { auth });
        assert.deepEqual(await next(socket, 'auth'), [{ token: 'a' }]);
      }
      assert.deepEqual(await next(stage.open(url), 'auth'), [{}]);
    },
  },
  {
    name: 'arguments come back as they went',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const socket = await stage.connect(url);
      const back = new Inbox(socket, 'message-back');
      for (const args of [[], [1, '2', { 3: [true] }], [null], ['ünï ✓ \u001e \u2028'], [[[]]],
        [{ _placeholder: true, num: 0 }], [new Date(0)]]) {
        socket.emit('message', ...args);
        assert.deepEqual(await back.take(), JSON.parse(JSON.stringify(args)));
      }
      socket.send('by send()');
      assert.deepEqual(await back.take(), ['by send()']);
    },
  },
  {
    name: 'binary goes both ways, also in acks and deep in objects',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const socket = await stage.connect(url);
      const back = new Inbox(socket, 'message-back');
      const first = Buffer.from([1, 2, 3]);
      const second = Uint16Array.from([1000, 2000]);
      socket.emit('message', first, { list: ['text', second] }, 3);
      const [one, { list: [text, two] }, three] = await back.take();
      assert.deepEqual([...buffer(one)], [1, 2, 3]);
      assert.deepEqual(buffer(two), buffer(second));
      assert.deepEqual([text, three], ['text', 3]);
      const answer = await new Promise((resolve) =>
        socket.emit('message-with-ack', 'x', first, (...args) => resolve(args)));
      assert.equal(answer[0], 'x');
      assert.deepEqual([...buffer(answer[1])], [1, 2, 3]);
      if (!stage.client.isOurs) return;
      assert.ok(one instanceof ArrayBuffer);
      socket.emit('message', new Blob(['blob']), 'behind it');
      const [blob, behind] = await back.take();
      assert.equal(buffer(blob).toString(), 'blob');
      assert.equal(behind, 'behind it');
    },
  },
  {
    name: 'a hundred acks find their callers',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const socket = await stage.connect(url);
      const answers = await Promise.all(Array.from({ length: 100 }, (_, i) =>
        socket.emitWithAck('message-with-ack', i)));
      answers.forEach((answer, i) => assert.equal(answer, i));
    },
  },
  {
    name: 'namespaces share one connection, and it ends with the last of them',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const multiplex = { forceNew: false, multiplex: true };
      const main = stage.open(url, multiplex);
      const custom = stage.open(`${url}/custom`, { ...multiplex, auth: { who: 'custom' } });
      assert.equal(main.io, custom.io);
      assert.deepEqual(await Promise.all([next(main, 'auth'), next(custom, 'auth')]),
        [[{}], [{ who: 'custom' }]]);
      assert.notEqual(main.id, custom.id);
      const other = stage.open(`${url}/custom`, multiplex);
      assert.notEqual(other.io, main.io); // the same namespace twice
      custom.disconnect();
      assert.equal(await main.emitWithAck('message-with-ack', 'still here'), 'still here');
      custom.connect();
      assert.deepEqual(await next(custom, 'auth'), [{ who: 'custom' }]);
      const closed = next(main.io, 'close');
      main.disconnect();
      assert.equal(custom.connected, true);
      custom.disconnect();
      assert.deepEqual((await closed).slice(0, 1), ['forced close']);
    },
  },
  {
    name: 'names that the protocol needs cannot be emitted',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const socket = await stage.connect(url);
      for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting',
        'newListener', 'removeListener']) {
        assert.throws(() => socket.emit(name), { message: `"${name}" is a reserved event name` });
      }
    },
  },
  {
    name: 'listeners of any event see what comes and what goes',
    async run(stage) {
      const { url } = await stage.serve({ app: 'echo' });
      const socket = stage.open(url);
      const seen = [];
      const listener = (...args) => seen.push(['in', ...args]);
      socket.onAny(listener);
      socket.onAnyOutgoing((...args) => seen.push(['out', ...args]));
      await next(socket, 'auth');
      socket.emit('message', 1);
      await next(socket, 'message-back');
      socket.offAny(listener);
      await socket.emitWithAck('message-with-ack', 2);
      assert.deepEqual(seen, [['in', 'auth', {}], ['out', 'message', 1],
        ['in', 'message-back', 1], ['out', 'message-with-ack', 2]]);
      const once = new Inbox(socket, 'message-back');
      const never = () => assert.fail('taken off');
      socket.on('message-back', never);
      socket.off('message-back', never);
      socket.emit('message', 3);
      assert.deepEqual(await once.take(), [3]);
    },
  },
];

export const extraCases = [
  {
    name: 'the server may ask, and is answered in kind',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      const socket = await stage.connect(url);
      socket.on('question', (number, binary, answer) => {
        answer(number * buffer(binary)[0], Buffer.from('bin'));
        answer('twice'); // counts once
      });
      const answered = new Inbox(socket, 'answered');
      socket.emit('ask me');
      const [product, binary] = await answered.take();
      assert.equal(product, 42);
      assert.equal(buffer(binary).toString(), 'bin');
      socket.emit('ask me');
      assert.equal((await answered.take())[0], 42);
    },
  },
  {
    name: 'a refusal tells why, and the right token opens',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      const socket = stage.open(`${url}/secret`, { auth: { token: 'wrong' } });
      const [error] = await next(socket, 'connect_error');
      assert.equal(error.message, 'unauthorized');
      assert.deepEqual(error.data, { code: 401, hint: ['token'] });
      assert.equal(socket.active, false);
      socket.auth = { token: 'sesame' };
      socket.connect();
      await next(socket, 'connect');
    },
  },
  {
    name: 'who is sent away does not come back unasked',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      for (const whole of [false, true]) {
        const socket = await stage.connect(url);
        const attempts = new Inbox(socket.io, 'reconnect_attempt');
        socket.emit('kick', whole);
        assert.equal((await next(socket, 'disconnect'))[0], 'io server disconnect');
        assert.deepEqual([socket.connected, socket.active], [false, false]);
        socket.connect();
        await next(socket, 'connect');
        assert.deepEqual(attempts.items, []);
      }
    },
  },
  {
    name: 'when the server closes the transport the client reconnects',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      const socket = await stage.connect(url);
      socket.emit('drop');
      assert.equal((await next(socket, 'disconnect'))[0], 'transport close');
      await next(socket, 'connect');
    },
  },
  {
    name: 'an ack that can fail does so when the connection goes',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      const socket = await stage.connect(url, { ackTimeout: 10000 });
      const lost = socket.emitWithAck('nonsense');
      socket.emit('drop');
      await assert.rejects(lost, { message: 'socket has been disconnected' });
    },
  },
  {
    name: 'the query reaches the server, from the URL or the options',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra' });
      const ask = async (address, options) =>
        (await stage.connect(address, options)).emitWithAck('query');
      const fromUrl = await ask(`${url}/?a=1&b=x%20y`);
      assert.deepEqual([fromUrl.a, fromUrl.b, fromUrl.EIO], ['1', 'x y', '4']);
      assert.equal((await ask(url, { query: { c: 'ü&' } })).c, 'ü&');
    },
  },
  {
    name: 'another path is another server',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra', path: '/elsewhere' });
      const socket = await stage.connect(url, { path: '/elsewhere' });
      socket.emit('note', 'x');
      assert.deepEqual(await next(socket, 'noted'), ['x']);
    },
  },
  {
    name: 'where no WebSocket comes up the client polls',
    async run(stage) {
      const { url } = await stage.serve({ app: 'extra', transports: ['polling'] });
      const socket = await stage.connect(url,
        { transports: ['websocket', 'polling'], tryAllTransports: true });
      assert.equal(socket.io.engine.transport.name, 'polling');
      socket.emit('note', 'x');
      assert.deepEqual(await next(socket, 'noted'), ['x']);
    },
    isFor: (client, transports) => transports === undefined,
  },
];
