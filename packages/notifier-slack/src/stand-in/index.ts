export type { StandInFile } from './file-uploads.js';
export { signSlackRequest } from './sign-slack-request.js';
export {
  createSlackStandIn,
  type SlackStandIn,
  type SlackStandInOptions,
  type StandInFailure,
  type StandInMessage,
  type StandInReply,
} from './slack-stand-in.js';
