/**
 * Loaded before lifeboat in a container of the kill points: counts every side effect (file operations that change the
 * disk, requests that leave, processes that start), before and after each, writes the count with its name into a file,
 * and at the point that is wanted lets somebody die. Lifeboat itself knows nothing of it.
 *
 * KILL_FOLDER: where the files are; KILL_AT: the name of the point (empty: none); KILL_WHO: `container` (frozen until the
 * harness kills all of it: a first process cannot kill itself), `self`, or `server` (the private server alone).
 */
const childProcess = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const { appendFileSync, writeFileSync } = fs;
const folder = process.env.KILL_FOLDER;
const at = process.env.KILL_AT ?? '';
const who = process.env.KILL_WHO ?? 'container';
const seen = new Map();
let server;

function point(plainName) {
  const times = (seen.get(plainName) ?? 0) + 1;
  seen.set(plainName, times);
  const name = times === 1 ? plainName : `${plainName}, time ${times}`;
  appendFileSync(path.join(folder, 'points'), `${name}\n`);
  if (name !== at) return;
  if (who === 'server') {
    server?.kill('SIGKILL');
    return;
  }
  if (who === 'self') process.kill(process.pid, 'SIGKILL');
  writeFileSync(path.join(folder, 'frozen'), name);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Names that are the same in every run and on every machine: times, random parts and folders of programs are taken out. */
const plain = (text) =>
  String(text)
    .replace(/^\/(?:usr|lib|lib64|opt|root|home)\/.*\//, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replace(/\d{8}T\d{6}Z(-\d+)?/g, 'TIME')
    .replace(/^\/tmp\/lifeboat-\w+/, '/tmp/lifeboat')
    .replace(/([-.]part|\.tmp)[-.]?[A-Za-z0-9]+$/, '$1')
    .replace(/\?.*$/, '');

function around(owner, name, nameOf) {
  const original = owner[name];
  owner[name] = async function (...args) {
    const what = nameOf(args);
    point(`before ${what}`);
    const result = await original.apply(this, args);
    point(`after ${what}`);
    return result;
  };
}

for (const name of ['mkdir', 'rm', 'unlink', 'writeFile', 'chmod'])
  around(fs.promises, name, ([one]) => `${name} ${plain(one)}`);
for (const name of ['rename', 'copyFile', 'link'])
  around(fs.promises, name, ([from, to]) => `${name} ${plain(from)} to ${plain(to)}`);

const { open } = fs.promises;
fs.promises.open = async (file, ...more) => {
  const handle = await open(file, ...more);
  around(handle, 'sync', () => `sync of ${plain(file)}`);
  return handle;
};

const { write } = fs;
fs.write = (...args) => {
  point('before write into a stream');
  return write(...args);
};

const { spawn } = childProcess;
childProcess.spawn = (program, ...more) => {
  point(`before start of ${path.basename(program)}`);
  const child = spawn(program, ...more);
  server = child;
  point(`after start of ${path.basename(program)}`);
  return child;
};

/** A request is known by its first line; the answer by the first bytes that come back after it. */
const REQUEST = /^(GET|PUT|POST|HEAD|DELETE) (\S+) HTTP\/1\.1/;
const { _writeGeneric } = net.Socket.prototype;
net.Socket.prototype._writeGeneric = function (writev, data, encoding, callback) {
  const first = writev ? data[0]?.chunk : data;
  const found = REQUEST.exec(
    Buffer.isBuffer(first) ? first.toString('latin1', 0, 300) : String(first).slice(0, 300),
  );
  if (found === null) return _writeGeneric.call(this, writev, data, encoding, callback);
  const what = `request ${found[1]} ${plain(found[2])}`;
  point(`before ${what}`);
  this.lifeboatAsked = what;
  return _writeGeneric.call(this, writev, data, encoding, callback);
};
const { push } = net.Socket.prototype;
net.Socket.prototype.push = function (...args) {
  if (this.lifeboatAsked !== undefined) {
    const what = this.lifeboatAsked;
    this.lifeboatAsked = undefined;
    point(`after answer to ${what}`);
  }
  return push.apply(this, args);
};
