export { type ActingInput, createActing } from './create-acting.js';
export { type ActionEvent, followActions } from './follow-actions.js';
