// mobile-sync.js has what its types declare. It is read as JavaScript, in a folder without its types. Its listeners are those of
// EventTarget, which the types narrow.

import type * as declared from './mobile-sync.js';
import * as implemented from './implementation/mobile-sync.js';

type WithoutListeners<T> = Omit<T, 'addEventListener' | 'removeEventListener'>;
type Class<Options, T> = new (options: Options) => WithoutListeners<T>;

export const backOff: typeof declared.backOff = implemented.backOff;
export const ExamineeSync: Class<declared.StepOptions, declared.ExamineeSync> = implemented.ExamineeSync;
export const DeviceSync: Class<declared.StepOptions, declared.DeviceSync> = implemented.DeviceSync;
export const PlanSync: Class<declared.PlanOptions, declared.PlanSync> = implemented.PlanSync;
export const target: EventTarget = new implemented.PlanSync({});
