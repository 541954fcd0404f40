export { type AwsCredentials, type AwsSigV4Options, awsSigV4 } from './aws-sig-v4.js';
