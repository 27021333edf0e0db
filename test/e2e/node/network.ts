/** The node's network: a namespace with a bridge that carries the node's address. Nothing of it leaves this machine. */
import { execa } from 'execa';
import { ADDRESSES, NETNS } from './layout.ts';

/** A network namespace by its name; `ip netns` makes it. */
export const NAMESPACE_FILE = `/var/run/netns/${NETNS}`;

/** `ip netns exec` would hide /sys/fs/cgroup, which the kubelet needs. */
export const ENTER = ['nsenter', `--net=${NAMESPACE_FILE}`] as const;

async function ip(...args: readonly string[]): Promise<void> {
  await execa('ip', args, { stdin: 'ignore' });
}

export async function makeNetwork(): Promise<void> {
  const inside = ['-n', NETNS];
  await ip('netns', 'add', NETNS);
  await ip(...inside, 'link', 'set', 'lo', 'up');
  await ip(...inside, 'link', 'add', 'node0', 'type', 'bridge');
  await ip(...inside, 'addr', 'add', `${ADDRESSES.node}/${ADDRESSES.prefix}`, 'dev', 'node0');
  await ip(...inside, 'link', 'set', 'node0', 'up');
  // Without a default route the API server finds no address to advertise; this one leads back to the node.
  await ip(...inside, 'route', 'add', 'default', 'via', ADDRESSES.node);
}

export async function removeNetwork(): Promise<void> {
  await execa('ip', ['netns', 'delete', NETNS], { reject: false, stdin: 'ignore' });
}
