// One WebSocket end made of the npm package `ws`, steered over stdin and telling over stdout, one
// JSON object a line. `client URL OPTIONS` or `server OPTIONS`; binary data travels as base64.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.env.WSB_NODE_MODULES}/`);
const WebSocket = require('ws');

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

function shown(data, binary) {
  return binary ? { binary: data.toString('base64') } : { text: data.toString('utf8') };
}

function listen(socket, name) {
  socket.on('message', (data, binary) => tell({ event: 'message', name, ...shown(data, binary) }));
  socket.on('ping', (data) => tell({ event: 'ping', name, text: data.toString('latin1') }));
  socket.on('pong', (data) => tell({ event: 'pong', name, text: data.toString('latin1') }));
  socket.on('close', (code, reason) =>
    tell({ event: 'close', name, code, reason: reason.toString('utf8') }));
  socket.on('error', (error) => tell({ event: 'error', name, message: error.message }));
}

function sendFragments(socket, parts) {
  parts.forEach((part, i) => socket.send(part, { fin: i === parts.length - 1 }));
}

function obey(socket, command) {
  if ('text' in command) socket.send(command.text);
  if ('repeat' in command) socket.send(command.repeat[0].repeat(command.repeat[1]));
  if ('binary' in command) socket.send(Buffer.from(command.binary, 'base64'));
  if ('fragments' in command) sendFragments(socket, command.fragments);
  if ('ping' in command) socket.ping(command.ping);
  if ('close' in command) socket.close(...command.close);
}

function runClient(url, options) {
  const socket = new WebSocket(url, options.protocols ?? [], {
    rejectUnauthorized: false,
    maxPayload: 64 << 20,
    perMessageDeflate: options.deflate ?? true,
  });
  socket.on('open', () =>
    tell({ event: 'open', extensions: socket.extensions, protocol: socket.protocol }));
  socket.on('unexpected-response', (request, response) => {
    tell({ event: 'refused', status: response.statusCode });
    process.exit(0);
  });
  listen(socket, 'client');
  createInterface({ input: process.stdin }).on('line', (line) => obey(socket, JSON.parse(line)));
}

function behave(server, socket, options) {
  socket.on('message', (data, binary) => {
    if (options.mode === 'echo') socket.send(data, { binary });
    if (options.mode === 'relay') {
      for (const other of server.clients) if (other !== socket) other.send(data, { binary });
    }
  });
}

function runServer(options) {
  const settings = {
    perMessageDeflate: options.deflate ?? { threshold: 0 },
    maxPayload: 64 << 20,
    handleProtocols: (offered) => (offered.has(options.protocol) ? options.protocol : false),
  };
  let secure = null;
  if (options.cert) {
    secure = createServer({ cert: readFileSync(options.cert), key: readFileSync(options.key) });
    settings.server = secure;
  } else {
    Object.assign(settings, { host: '127.0.0.1', port: 0 });
  }
  const server = new WebSocket.WebSocketServer(settings);
  const ready = () => tell({ event: 'listening', port: server.address().port });
  server.on('listening', ready);
  let latest = null;
  server.on('connection', (socket, request) => {
    latest = socket;
    tell({ event: 'open', headers: request.headers, url: request.url,
      extensions: socket.extensions, protocol: socket.protocol });
    listen(socket, 'server');
    behave(server, socket, options);
  });
  secure?.listen(0, '127.0.0.1');
  createInterface({ input: process.stdin }).on('line', (line) => obey(latest, JSON.parse(line)));
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === 'client') runClient(rest[0], JSON.parse(rest[1] ?? '{}'));
else runServer(JSON.parse(rest[0] ?? '{}'));
