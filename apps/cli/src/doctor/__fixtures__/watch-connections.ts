import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Every TCP connection that this process opens from now on, whoever opens it: the ports, when it is stopped. */
export function watchConnections(): () => readonly number[] {
  const sockets: Socket[] = [];
  const ports: number[] = [];
  const listener = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    sockets.push(socket);
    socket.once('connect', () => ports.push(socket.remotePort ?? 0));
    socket.once('error', () => ports.push(-1));
  };
  subscribe('net.client.socket', listener);
  return () => {
    unsubscribe('net.client.socket', listener);
    if (ports.length < sockets.length) throw new Error('a connection is neither open nor refused yet');
    return ports;
  };
}
