export { toOutcomeModal } from './outcome-modal.js';
export {
  type ReadInteraction,
  readInteraction,
  type SlackInteraction,
  type SlackUser,
} from './read-interaction.js';
export { type SlackConfirm, type SlackRemedyControlsInput, toSlackRemedyControls } from './remedy-buttons.js';
export { asksForCause, isAboutRemedy, type SlackAction } from './slack-action.js';
export {
  type SlackButton,
  type SlackControl,
  type SlackControlsInput,
  type SlackSelect,
  toSlackControls,
} from './slack-buttons.js';
export { createSlackDialog, type SlackDialog, type SlackDialogOptions } from './slack-dialog.js';
export { checkSlackSignature, type SignedSlackRequest, type SlackSignature } from './slack-signature.js';
