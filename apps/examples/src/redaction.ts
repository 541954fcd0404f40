import { createRedactor } from '@midwatch/redaction';

const redactor = createRedactor({
  additionalPatterns: { 'customer-number': /\bCUST-\d{8}\b/ },
  keep: ['oncall@example.com'],
});

const line = 'CUST-12345678: connect postgres://app:hunter2@db:5432/shop failed, mailed oncall@example.com';
const { text, counts } = redactor.redactWithCounts(line);
console.log(text, counts);
// [redacted:customer-number]: connect postgres://app:[redacted:password]@db:5432/shop failed, mailed oncall@example.com
