export { createTeamsNotifier, type TeamsNotifierOptions } from './teams-notifier.js';
export { toTeamsMessage } from './to-teams-message.js';
export { VERSION } from './version.js';
