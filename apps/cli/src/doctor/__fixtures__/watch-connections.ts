import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Where this process tries to connect to from now on, whoever does it: addresses and names, told when it is stopped. */
export function watchConnections(): () => ReadonlySet<string> {
  const sockets: Socket[] = [];
  const told = new Set<Socket>();
  const places = new Set<string>();
  const listener = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    const tell = (place: string) => {
      told.add(socket);
      places.add(place);
    };
    sockets.push(socket);
    // A name is asked for first, an address is tried at once; neither waits for the other side.
    socket.on('lookup', (_error, _address, _family, host) => tell(host));
    socket.on('connectionAttempt', (address: string, port: number) => tell(`${address}:${port}`));
  };
  subscribe('net.client.socket', listener);
  return () => {
    unsubscribe('net.client.socket', listener);
    if (told.size < sockets.length) throw new Error('a connection does not tell yet where it goes');
    return places;
  };
}
