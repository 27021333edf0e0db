/**
 * Whether a listener refuses whoever has no client certificate. With TLS 1.3 it says so after the handshake, when a client
 * of HTTP only sees its connection end; so the handshake is made once more for the alert alone.
 */
import { connect } from 'node:tls';
import { systemCode } from '../../contract/errors.ts';

/** TLS 1.3 says it by name; before that the handshake fails. */
const ALERTS = /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE)$/;

export function asksForClientCertificate(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is said and nothing is believed: who the server is does not matter here.
    const socket = connect({ host, port, rejectUnauthorized: false });
    let asks = false;
    const timer = setTimeout(() => socket.destroy(), timeout);
    socket.on('error', (error) => {
      asks ||= ALERTS.test(systemCode(error) ?? '');
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(asks);
    });
  });
}
