import { packageBuild } from '@midwatch/tsup-preset';

export default packageBuild();
