import { AlertError, parseAlertmanager } from '@midwatch/alerts';

export async function receive(request: Request): Promise<Response> {
  try {
    const { alerts, problems } = parseAlertmanager(await request.text());
    for (const { message } of problems) console.warn(message);
    return Response.json(
      { received: alerts.map(({ name, status }) => `${name} ${status}`) },
      { status: 202 },
    );
  } catch (error) {
    if (AlertError.is(error)) return Response.json({ error: error.message }, { status: 400 });
    throw error;
  }
}
