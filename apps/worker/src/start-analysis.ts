import { listOpenWork, type OpenWork } from '@midwatch/store/d1';
import type { Environment } from './environment.js';

/** What an instance of the Workflow is started with. */
export interface AnalysisParameters {
  readonly incidentId: string;
  /** The number of the look: the analysis of an incident that is the n-th. */
  readonly look: number;
}

const MAX_OPEN = 100;
/** Of an instance that does nothing more. */
const ENDED = ['complete', 'errored', 'terminated'];

/** Which look a step belongs to: `collect-2` to the second. */
export function lookOf({ key, queue }: Pick<OpenWork, 'key' | 'queue'>): number | undefined {
  const [, number] = queue === 'step' ? (/^(?:collect|analyze)-(\d{1,2})$/.exec(key) ?? []) : [];
  return number === undefined ? undefined : Number(number);
}

export function toInstanceId({ incidentId, look }: AnalysisParameters): string {
  return `${incidentId}-${look}`;
}

/** True when somebody else does what is due of the incident: the instance of another look, started now or before. */
export async function isHandedOver(
  environment: Environment,
  incidentId: string,
  ownLook?: number,
): Promise<boolean> {
  const nowMs = Date.now();
  const open = await listOpenWork(environment.DB, { incidentId, limit: MAX_OPEN });
  const looks = open.filter(({ readyAtMs }) => readyAtMs <= nowMs).map(lookOf);
  const first = looks.find((look) => look !== undefined);
  if (first === undefined || (ownLook !== undefined && looks.includes(ownLook))) return false;
  return startAnalysis(environment, { incidentId, look: first });
}

/** One instance for each look: that it exists already is as good. False when it exists and has ended. */
async function startAnalysis(
  { ANALYSIS_WORKFLOW }: Environment,
  params: AnalysisParameters,
): Promise<boolean> {
  const id = toInstanceId(params);
  try {
    await ANALYSIS_WORKFLOW.create({ id, params });
    return true;
  } catch (error) {
    const status = await statusOf(ANALYSIS_WORKFLOW, id);
    if (status === undefined) throw error;
    return !ENDED.includes(status);
  }
}

async function statusOf(workflow: Environment['ANALYSIS_WORKFLOW'], id: string): Promise<string | undefined> {
  try {
    return (await (await workflow.get(id)).status()).status;
  } catch {
    // There is none of this id.
    return undefined;
  }
}
