import type { Session } from './types';

/** What a session may do; the server decides, the console only hides what would be refused. */
export type Permission = Session['permissions'][number];
