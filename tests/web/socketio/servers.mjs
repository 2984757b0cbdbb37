// The servers that clients are tested against. Each start function gives {url, port, apps, stop};
// `apps` names what it can run:
//
//   demo   the broadcast server: welcome, `broadcast`, and `join`, `leave` and `to` for rooms
//   echo   what the official suite of the protocol expects: `auth`, `message`, `message-with-ack`
//   extra  what only a program can do: questions to a client, refusals, disconnects
//
// Options: app, port, recovery (bool), pingInterval and pingTimeout (ms), maxPayload (bytes),
// transports, path, files: a table of what else is served, of {type, body, headers} by path.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const { Server } = require('socket.io');

const APPS = {
  demo(io) {
    io.on('connection', (socket) => {
      const message = (payload) => ({ type: 'broadcast', payload });
      socket.emit('message', { type: 'welcome', message: 'Connected to broadcast server!' });
      socket.on('broadcast', (payload, answer) => {
        socket.broadcast.emit('message', message(payload));
        answer?.(io.of('/').sockets.size - 1);
      });
      socket.on('join', (room, answer) => {
        socket.join(room);
        answer?.();
      });
      socket.on('leave', (room, answer) => {
        socket.leave(room);
        answer?.();
      });
      socket.on('to', (room, payload, answer) => {
        const members = io.of('/').adapter.rooms.get(room) ?? new Set();
        socket.to(room).emit('message', message(payload));
        answer?.(members.size - (members.has(socket.id) ? 1 : 0));
      });
    });
  },

  echo(io) {
    const hello = (socket) => socket.emit('auth', socket.handshake.auth);
    io.on('connection', (socket) => {
      hello(socket);
      socket.on('message', (...args) => socket.emit('message-back', ...args));
      socket.on('message-with-ack', (...args) => args.pop()(...args));
    });
    io.of('/custom').on('connection', hello);
  },

  extra(io) {
    const serve = (socket) => {
      socket.on('kick', (whole) => socket.disconnect(whole));
      socket.on('drop', () => socket.conn.close());
      socket.on('query', (answer) => answer(socket.handshake.query));
      socket.on('note', (text) => io.of(socket.nsp.name).emit('noted', text));
      socket.on('ask me', () => socket.emit('question', 6, Buffer.from([7]), (...answer) => {
        socket.emit('answered', ...answer);
      }));
    };
    io.on('connection', serve);
    io.of('/secret').use((socket, next) => {
      if (socket.handshake.auth.token === 'sesame') return next();
      const data = { code: 401, hint: ['token'] };
      return next(Object.assign(new Error('unauthorized'), { data }));
    }).on('connection', serve);
  },
};

// The reference, of npm.
export async function startNode(options) {
  const { app = 'demo', port = 0, recovery = false, maxPayload, files = {}, ...rest } = options;
  const http = createServer((request, response) => response.writeHead(404).end());
  const io = new Server(http, {
    serveClient: false,
    maxHttpBufferSize: maxPayload,
    connectionStateRecovery: recovery ? {} : undefined,
    ...rest,
  });
  APPS[app](io);
  // Socket.IO takes whatever is under its path; the files go before it.
  const others = http.listeners('request');
  http.removeAllListeners('request').on('request', (request, response) => {
    const file = files[request.url];
    if (!file) return others.forEach((listener) => listener(request, response));
    return response.writeHead(200, { 'Content-Type': file.type, ...file.headers }).end(file.body);
  });
  await new Promise((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    port: http.address().port,
    stop: () => new Promise((resolve) => {
      io.close(() => resolve());
      setTimeout(() => http.closeAllConnections(), 1000).unref(); // what is still kept alive
    }),
  };
}
startNode.apps = ['demo', 'echo', 'extra'];

// Ours. Of the options it knows app, port, recovery, rooms and maxPayload, and `args` for the
// command.
export async function startWsb({ port = 0, recovery, rooms, maxPayload, args = [] } = {}) {
  const options = [...args];
  if (recovery) options.push('--recovery', '2m');
  if (rooms) options.push('--rooms');
  if (maxPayload) options.push('--max-message', `${maxPayload}B`);
  const child = spawn(process.env.WSB_BINARY, ['serve', '--port', String(port), '-q', ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, url] = line.split(' ');
    if (word !== 'listening') continue;
    const { host, port: bound } = new URL(url);
    return { url: `http://${host}`, port: Number(bound), stop };
  }
  throw new Error('wsb serve did not come up');
}
startWsb.apps = ['demo'];
