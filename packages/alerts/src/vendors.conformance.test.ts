import { describe, expect, it } from 'vitest';
import {
  cloudWatchAlarm,
  datadogBody,
  grafanaBody,
  opsgenieText,
  pagerDutyEvent,
} from './__fixtures__/vendor-bodies.js';
import {
  AlertError,
  datadogPayload,
  parseCloudWatchAlarm,
  parseDatadog,
  parseGrafana,
  parseOpsgenie,
  parsePagerDuty,
} from './index.js';

const startsAtMs = Date.UTC(2026, 7, 24, 10);

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (AlertError.is(error)) return error.code;
    throw error;
  }
}

describe('Grafana', () => {
  const first = (change: object) =>
    parseGrafana(JSON.stringify({ ...grafanaBody, alerts: [{ ...grafanaBody.alerts[0], ...change }] }))
      .alerts[0];

  it('is read as Alertmanager is, with a link to the panel', () => {
    expect(parseGrafana(JSON.stringify(grafanaBody)).alerts).toEqual([
      {
        source: 'grafana',
        fingerprint: '57c6d9296de2ad39',
        status: 'firing',
        name: 'High errors',
        summary: 'errors above 5 %',
        startsAtMs,
        target: { service: 'checkout', namespace: 'shop' },
        labels: grafanaBody.alerts[0]?.labels,
        annotations: grafanaBody.alerts[0]?.annotations,
        generatorUrl: 'https://grafana.example.com/d/shop?orgId=1&viewPanel=2',
        runbookUrl: 'https://runbooks.example.com/errors',
      },
    ]);
  });

  it('goes on without values, or with values that are no numbers', () => {
    expect(first({ values: null, panelURL: null, dashboardURL: 7 })).toMatchObject({
      generatorUrl: 'https://grafana.example.com/alerting/grafana/abc/view?orgId=1',
    });
    expect(first({ values: { B: 'NaN' } })).toBeDefined();
  });

  it.each([
    ['DatasourceNoData', 'Grafana could not evaluate the rule High errors: the query returned no data'],
    ['DatasourceError', 'Grafana could not evaluate the rule High errors: the query failed'],
  ])('says that %s is not about the service', (alertname, summary) => {
    expect(first({ labels: { alertname, rulename: 'High errors' } })).toMatchObject({
      name: alertname,
      summary,
    });
  });

  it('refuses a payload of somebody’s own', () => {
    expect(codeOf(() => parseGrafana('{"text":"hi"}'))).toBe('wrong-shape');
  });
});

describe('PagerDuty', () => {
  const read = (type: string, status: string) => parsePagerDuty(JSON.stringify(pagerDutyEvent(type, status)));

  it('opens and resolves one alert', () => {
    const [fired] = read('incident.triggered', 'triggered').alerts;
    expect(fired).toEqual({
      source: 'pagerduty',
      fingerprint: 'PGR0VU2',
      status: 'firing',
      name: 'Error rate of checkout above 5 %',
      summary: 'Error rate of checkout above 5 %',
      severity: 'P1',
      startsAtMs,
      target: { service: 'checkout' },
      labels: { incident_key: 'd3640fbd41094207a1c11e58e46b1662' },
      annotations: {},
      generatorUrl: 'https://acme.pagerduty.com/incidents/PGR0VU2',
    });
    expect(read('incident.resolved', 'resolved').alerts).toEqual([
      { ...fired, status: 'resolved', endsAtMs: Date.UTC(2026, 7, 24, 10, 5) },
    ]);
  });

  it('takes a reopening for a new start: the first one is over for good', () => {
    expect(read('incident.reopened', 'triggered').alerts).toMatchObject([
      { fingerprint: 'PGR0VU2', status: 'firing', startsAtMs: Date.UTC(2026, 7, 24, 10, 5) },
    ]);
  });

  it.each([
    'incident.annotated',
    'incident.acknowledged',
    'incident.priority_updated',
    'service.updated',
    'pagey.ping',
  ])('takes %s for no news of an alert, so that our own notes do not come back', (type) => {
    expect(read(type, 'triggered')).toEqual({ alerts: [], problems: [], truncatedAlerts: 0 });
  });

  it('says what is missing of a trimmed event', () => {
    const { event } = pagerDutyEvent('incident.triggered', 'triggered');
    expect(codeOf(() => parsePagerDuty(JSON.stringify({ event: { ...event, data: null } })))).toBe(
      'wrong-shape',
    );
    expect(codeOf(() => parsePagerDuty('{}'))).toBe('wrong-shape');
    expect(codeOf(() => parsePagerDuty('{"event":'))).toBe('not-json');
    const { data } = event;
    const bare = { ...event, data: { id: data.id, type: 'incident' } };
    expect(parsePagerDuty(JSON.stringify({ event: bare })).alerts).toMatchObject([
      { name: 'PagerDuty incident', target: {}, startsAtMs: Date.UTC(2026, 7, 24, 10, 5) },
    ]);
  });
});

describe('Datadog', () => {
  const read = (change: object = {}) => parseDatadog(JSON.stringify({ ...datadogBody, ...change })).alerts[0];

  it('is read from the payload to paste', () => {
    expect(Object.keys(JSON.parse(datadogPayload) as object).sort()).toEqual(Object.keys(datadogBody).sort());
    expect(read()).toEqual({
      source: 'datadog',
      fingerprint: '4f0e81e3c0b54c4fb4bd09a6ac3f9a2d',
      status: 'firing',
      name: 'Error rate is high',
      severity: 'P1',
      summary: datadogBody.status,
      description: 'Errors above 5 %',
      startsAtMs,
      isStartUnknown: true,
      target: { service: 'checkout', namespace: 'shop', environment: 'production' },
      labels: { service: 'checkout', env: 'production', kube_namespace: 'shop', monitor: '', team: 'shop' },
      annotations: { query: datadogBody.query, metric: datadogBody.metric },
      generatorUrl: datadogBody.link,
    });
  });

  it.each([
    ['Triggered', 'firing'],
    ['Re-Triggered', 'firing'],
    ['No Data', 'firing'],
    ['Re-No Data', 'firing'],
    ['Warn', 'firing'],
    ['Re-Warn', 'firing'],
    ['Renotify', 'firing'],
    ['Recovered', 'resolved'],
  ])('knows the transition %s', (transition, status) => {
    expect(read({ transition })).toMatchObject({ status, name: 'Error rate is high' });
  });

  it('is read form-encoded, too', () => {
    const form = new URLSearchParams(datadogBody).toString();
    expect(parseDatadog(form).alerts).toEqual([read()]);
  });

  it('leaves out what Datadog had no value for', () => {
    expect(
      read({ priority: '', metric: '$ALERT_METRIC', link: '', scope: '', cycle: '$ALERT_CYCLE_KEY' }),
    ).toMatchObject({
      fingerprint: '1234:',
      annotations: { query: datadogBody.query },
    });
    expect(read({ priority: '' })).not.toHaveProperty('severity');
    expect(parseDatadog(JSON.stringify({ transition: '$ALERT_TRANSITION' })).alerts).toEqual([]);
  });

  it('says what is wrong with a payload of somebody’s own', () => {
    for (const change of [{ transition: 'Exploded' }, { date_ms: 'now' }, { monitor_id: '', cycle: '' }])
      expect(codeOf(() => read(change))).toBe('wrong-shape');
    expect(codeOf(() => parseDatadog('{"title":"x"}'))).toBe('wrong-shape');
    expect(codeOf(() => parseDatadog('{"title":"x'))).toBe('not-json');
  });
});

describe('CloudWatch', () => {
  const read = (change: object = {}) =>
    parseCloudWatchAlarm(JSON.stringify({ ...cloudWatchAlarm, ...change })).alerts[0];

  it('is read with lower-case dimensions and the region of its ARN', () => {
    expect(read()).toEqual({
      source: 'cloudwatch',
      fingerprint: cloudWatchAlarm.AlarmArn,
      status: 'firing',
      name: 'checkout-5xx',
      summary: '5xx of checkout',
      description: cloudWatchAlarm.NewStateReason,
      startsAtMs: startsAtMs + 123,
      target: { service: 'checkout', cluster: 'shop' },
      labels: {
        ServiceName: 'checkout',
        ClusterName: 'shop',
        region: 'eu-west-1',
        account: '123456789012',
        metric: 'HTTPCode_Target_5XX_Count',
      },
      annotations: {},
      generatorUrl:
        'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/checkout-5xx',
    });
  });

  it('ends with OK after an alarm, and says nothing otherwise', () => {
    const change = {
      NewStateValue: 'OK',
      OldStateValue: 'ALARM',
      StateChangeTime: '2026-08-24T10:20:00.000+0000',
    };
    const endsAtMs = Date.UTC(2026, 7, 24, 10, 20);
    expect(read(change)).toMatchObject({
      status: 'resolved',
      startsAtMs: endsAtMs,
      endsAtMs,
      isStartUnknown: true,
    });
    expect(read({ ...change, OldStateValue: 'INSUFFICIENT_DATA' })).toBeUndefined();
    expect(read({ NewStateValue: 'INSUFFICIENT_DATA' })).toBeUndefined();
  });

  it('reads metric math by the dimensions that all its metrics share, and a composite alarm by its name', () => {
    const stat = (TargetGroup: string) => ({
      Id: 'm',
      MetricStat: {
        Metric: {
          MetricName: 'RequestCount',
          Dimensions: [
            { value: TargetGroup, name: 'TargetGroup' },
            { value: 'orders', name: 'FunctionName' },
          ],
        },
      },
    });
    const math = read({
      Trigger: { Metrics: [{ Expression: 'm1/m2', Id: 'e1' }, stat('one'), stat('two')] },
    });
    expect(math).toMatchObject({ target: { service: 'orders' } });
    expect(math?.labels).not.toHaveProperty('TargetGroup');
    const { Trigger: _, ...composite } = cloudWatchAlarm;
    expect(
      parseCloudWatchAlarm(JSON.stringify({ ...composite, AlarmRule: 'ALARM(a) OR ALARM(b)' })).alerts,
    ).toMatchObject([{ name: 'checkout-5xx', target: {} }]);
  });

  it('refuses other messages of the topic', () => {
    expect(codeOf(() => parseCloudWatchAlarm('hello'))).toBe('not-json');
    expect(codeOf(() => parseCloudWatchAlarm('{"source":"aws.ecs"}'))).toBe('wrong-shape');
    expect(codeOf(() => read({ StateChangeTime: 'later' }))).toBe('wrong-shape');
  });
});

describe('Opsgenie', () => {
  it('opens and closes one alert', () => {
    const [fired] = parseOpsgenie(opsgenieText('Create')).alerts;
    expect(fired).toEqual({
      source: 'opsgenie',
      fingerprint: '052652ac-5d1c-464a-812a-7dd18bbfba8c',
      status: 'firing',
      name: 'Error rate of checkout',
      summary: 'Error rate of checkout',
      description: 'Errors above 5 %',
      severity: 'P1',
      startsAtMs,
      target: { service: 'checkout', namespace: 'shop', environment: 'production' },
      labels: { severity: 'critical', env: 'production', namespace: 'shop', OverwriteQuietHours: '' },
      annotations: {},
    });
    expect(parseOpsgenie(opsgenieText('Close')).alerts).toEqual([{ ...fired, status: 'resolved' }]);
  });

  it('takes other actions for no news of an alert, and refuses what is none', () => {
    for (const action of ['Acknowledge', 'AddNote', 'AssignOwnership'])
      expect(parseOpsgenie(opsgenieText(action)).alerts).toEqual([]);
    expect(codeOf(() => parseOpsgenie('{"action":"Create"}'))).toBe('wrong-shape');
    expect(codeOf(() => parseOpsgenie(opsgenieText('Create').replace('createdAt', 'created')))).toBe(
      'wrong-shape',
    );
  });
});

it('keeps names from outside apart from those of objects', () => {
  const body = opsgenieText('Create').replace('env:production', '__proto__:polluted');
  const [alert] = parseOpsgenie(body).alerts;
  expect(Object.getOwnPropertyNames(alert?.labels ?? {})).toContain('__proto__');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(alert?.target.environment).toBeUndefined();
});
