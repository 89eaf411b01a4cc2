/** Names for the shapes in the generated schema, taken from the operations that carry them. */
import type { paths } from './schema';

type Answer<Operation> = Operation extends { responses: { 200: { content: { 'application/json': infer Body } } } }
  ? Body
  : never;
type Sent<Operation> = Operation extends { requestBody: { content: { 'application/json': infer Body } } }
  ? Body
  : never;
type QueryOf<Operation> = Operation extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never;

export type Session = Answer<paths['/api/v1/session']['get']>;
export type Overview = Answer<paths['/api/v1/overview']['get']>;
export type ExchangePage = Answer<paths['/api/v1/exchanges']['get']>;
export type ExchangeQuery = QueryOf<paths['/api/v1/exchanges']['get']>;
export type ExchangeSummary = ExchangePage['items'][number];
export type ExchangeDetail = Answer<paths['/api/v1/exchanges/{id}']['get']>;
export type Finding = ExchangeDetail['findings'][number];
export type Tool = Answer<paths['/api/v1/tools']['get']>[number];
export type ToolDecision = Sent<paths['/api/v1/tools/{id}/decision']['put']>;
export type Policy = Answer<paths['/api/v1/policy']['get']>;
export type PolicyClause = Policy['clauses'][number];
export type ClauseExample = PolicyClause['examples'][number];
export type LintReport = Answer<paths['/api/v1/policy/lint']['post']>;
type Notice = LintReport['mistakes'][number];
/** A refused policy's mistakes have no severity: they are all errors. */
export type Mistake = Omit<Notice, 'severity'> & Partial<Pick<Notice, 'severity'>>;
export type Check = Sent<paths['/api/v1/check']['post']>;
export type CheckResult = Answer<paths['/api/v1/check']['post']>;
export type CheckFinding = CheckResult['findings'][number];
export type Justification = Answer<paths['/api/v1/justifications/{exchange_id}']['get']>;

export type Evidence = Answer<paths['/api/v1/evidence']['get']>;
export type ClauseEvidence = Evidence['clauses'][number];
export type Framework = Answer<paths['/api/v1/evidence/frameworks']['get']>[number];
export type AuditQuery = QueryOf<paths['/api/v1/audit']['get']>;
export type AuditEntry = Answer<paths['/api/v1/audit']['get']>['items'][number];
export type AuditVerification = Answer<paths['/api/v1/audit/verification']['get']>;
export type Canary = Answer<paths['/api/v1/canaries']['get']>['results'][number];
export type BrokenPromise = Answer<paths['/api/v1/canaries/failures']['get']>[number];
export type Erasure = Answer<paths['/api/v1/privacy/erasures']['get']>[number];

export type Action = ExchangeSummary['action'];
export type Outcome = ExchangeSummary['outcome'];
export type ToolState = Tool['state'];
export type AccountKind = ExchangeSummary['account'];
export type Severity = ExchangeDetail['clauses'][number]['severity'];
