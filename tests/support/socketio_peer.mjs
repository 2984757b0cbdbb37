// The broadcast demo over the official server of Socket.IO, for black-box tests: prints its port,
// then one JSON line for what each client does. Besides the demo: namespaces that ask for a token,
// and events that make the server do what a client must cope with.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const { Server } = require('socket.io');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const http = createServer();
// Of each client's broadcasts, every `drop`-th reaches nobody and every `twice`-th everybody twice.
const { drop, twice, quiet, ...options } = JSON.parse(process.argv[2] ?? '{}');
const io = new Server(http, options);

function serve(socket) {
  say({ event: 'connection', id: socket.id, auth: socket.handshake.auth });
  socket.emit('message', { type: 'welcome', message: 'Connected to broadcast server!' });
  let count = 0;
  socket.on('broadcast', (payload, ack) => {
    count += 1;
    if (!quiet) say({ event: 'broadcast', payload });
    const times = count % drop === 0 ? 0 : count % twice === 0 ? 2 : 1;
    for (let i = 0; i < times; i += 1) {
      socket.broadcast.emit('message', { type: 'broadcast', payload });
    }
    if (typeof ack === 'function') ack('done', socket.nsp.sockets.size - 1);
  });
  socket.on('upload', (name, bytes, ack) => {
    say({ event: 'upload', name, bytes: bytes.toString('base64') });
    ack?.({ copy: bytes });
  });
  socket.on('ask me', (question) => {
    socket.emit('question', question, (...answers) => {
      say({ event: 'answers', answers });
      socket.emit('thanks');
    });
  });
  socket.on('kick', () => socket.disconnect());
  socket.on('drop', () => socket.conn.close());
  socket.on('disconnect', (reason) => say({ event: 'disconnect', reason }));
}

io.on('connection', serve);
io.of('/admin').use((socket, next) => {
  if (socket.handshake.auth.token === 'secret') return next();
  const error = new Error('unauthorized');
  error.data = { code: 401 };
  next(error);
});
io.of('/admin').on('connection', serve);

http.listen(0, '127.0.0.1', () => say({ event: 'listening', port: http.address().port }));
process.stdin.on('end', () => process.exit()).resume();
