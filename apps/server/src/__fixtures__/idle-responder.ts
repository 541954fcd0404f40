import type { Responder } from '@midwatch/responder';

const refuse = () => Promise.reject(new TypeError('no alert and no work comes here'));

/** For routes behind which nothing is done. */
export const idleResponder: Responder = {
  receive: refuse,
  receiveAll: refuse,
  act: refuse,
  runStep: refuse,
  runShadow: refuse,
  deliver: refuse,
};
