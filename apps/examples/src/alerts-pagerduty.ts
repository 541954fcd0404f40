import { parsePagerDuty, SignatureError, verifyPagerDuty } from '@midwatch/alerts';

export async function receiveFromPagerDuty(request: Request, secret: string): Promise<Response> {
  // The bytes as they came: the same JSON written otherwise has another signature.
  const body = new Uint8Array(await request.arrayBuffer());
  try {
    await verifyPagerDuty({ body, headers: request.headers }, { secrets: [secret] });
  } catch (error) {
    if (SignatureError.is(error)) return Response.json({ error: error.message }, { status: 401 });
    throw error;
  }
  const { alerts } = parsePagerDuty(new TextDecoder().decode(body));
  return Response.json({ received: alerts.length }, { status: 202 });
}
