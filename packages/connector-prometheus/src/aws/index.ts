export { type AwsCredentials, awsSigV4, type AwsSigV4Options } from './aws-sig-v4.js';
