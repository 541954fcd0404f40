import { assignmentFinder } from './assignment.js';
import { awsSecretKeyFinder } from './aws-secret-key.js';
import { bearerFinder } from './bearer.js';
import { cardNumberFinder } from './card-number.js';
import { elementFinder } from './element.js';
import { emailFinder } from './email.js';
import type { Finder } from './finder.js';
import { flagFinder } from './flag.js';
import { headerPairFinder } from './header-pair.js';
import { ibanFinder } from './iban.js';
import { insertStatementFinder } from './insert-statement.js';
import { jsonWebKeyFinder } from './json-web-key.js';
import { jwtFinder } from './jwt.js';
import { phoneNumberFinder, socialSecurityFinder } from './phone-number.js';
import { createTokenFinder } from './prefixed-token.js';
import { encodedPrivateKeyFinder, privateKeyFinder } from './private-key.js';
import { spokenSecretFinder } from './spoken-secret.js';
import { urlPasswordFinder } from './url-password.js';
import { VENDOR_TOKENS } from './vendor-tokens.js';

/** Every family of secrets and personal data that is looked for. */
export const FINDERS: readonly Finder[] = [
  privateKeyFinder,
  encodedPrivateKeyFinder,
  jsonWebKeyFinder,
  jwtFinder,
  ...VENDOR_TOKENS.map(createTokenFinder),
  awsSecretKeyFinder,
  bearerFinder,
  urlPasswordFinder,
  assignmentFinder,
  headerPairFinder,
  elementFinder,
  flagFinder,
  spokenSecretFinder,
  insertStatementFinder,
  cardNumberFinder,
  ibanFinder,
  emailFinder,
  phoneNumberFinder,
  socialSecurityFinder,
];
