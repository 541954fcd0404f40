import { type Calibration, confidences } from '@midwatch/core/incident';

interface CalibrationSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One measure of each analyzer that has a settled case at HIGH. */
interface CalibrationMeasure {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  read(calibration: Calibration): readonly CalibrationSample[];
}

/** What the record of an analyzer allows, under the names that it has everywhere. */
export const calibrationMeasures: readonly CalibrationMeasure[] = [
  {
    name: 'midwatch_high_settled_cases',
    help: 'Cases at HIGH, as it would have been shown without calibration',
    read: ({ settled }) => [{ value: settled }],
  },
  {
    name: 'midwatch_high_right_cases',
    help: 'Of them, those that were right',
    read: ({ right }) => [{ value: right }],
  },
  {
    name: 'midwatch_high_shrunk_ratio',
    help: 'Right of them, shrunk to the share that HIGH stands for',
    read: ({ shrunk }) => [{ value: shrunk }],
  },
  {
    name: 'midwatch_high_ceiling',
    help: 'Whether this is the highest confidence that the analyzer is shown at, 1 or 0',
    labels: ['confidence'],
    read: ({ ceiling }) =>
      confidences.map((confidence) => ({
        labels: { confidence },
        value: Number(ceiling.confidence === confidence),
      })),
  },
];
