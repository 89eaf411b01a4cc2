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
export type Hunt = Answer<paths['/api/v1/hunts']['get']>[number];
export type NewHunt = Sent<paths['/api/v1/hunts']['post']>;
export type Finding = ExchangeDetail['findings'][number];
export type Tool = Answer<paths['/api/v1/tools']['get']>[number];
export type ToolDecision = Sent<paths['/api/v1/tools/{id}/decision']['put']>;
export type ToolFacts = Tool['facts'];
export type InHouseModel = Answer<paths['/api/v1/in-house-models']['get']>[number];
export type InHouseGiven = Sent<paths['/api/v1/in-house-models']['post']>;
export type AiUse = Answer<paths['/api/v1/ai-use']['get']>;
export type UsedTool = AiUse['tools'][number];
export type ShownFlow = Answer<paths['/api/v1/ai-use/flows']['get']>['flows'][number];
export type ShownConcealment = Answer<paths['/api/v1/ai-use/concealments']['get']>['concealed'][number];
export type MovementQuery = QueryOf<paths['/api/v1/ai-use/movements']['get']>;
export type DataMovement = Answer<paths['/api/v1/ai-use/movements']['get']>['movements'][number];
export type Found = Answer<paths['/api/v1/found-hosts']['get']>[number];
export type FoundOpinion = Sent<paths['/api/v1/found-hosts/{host}/opinion']['post']>;
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

export type DraftSummary = Answer<paths['/api/v1/drafts']['get']>[number];
export type DraftDocument = Answer<paths['/api/v1/drafts/{id}']['get']>;
export type NewDraft = Sent<paths['/api/v1/drafts']['post']>;
export type DraftEdit = Sent<paths['/api/v1/drafts/{id}']['put']>;
export type Review = Answer<paths['/api/v1/drafts/{id}/review']['get']>;
export type DraftClause = Review['clauses'][number];
export type DraftComment = Review['comments'][number];
export type Differences = Review['differences'];
export type FunctionStanding = Review['approvals'][number];
export type GateCheck = Review['checks'][number];
export type NewOpinion = Sent<paths['/api/v1/drafts/{id}/opinions']['post']>;
export type NewPublication = Sent<paths['/api/v1/drafts/{id}/publication']['post']>;
export type Backtest = Answer<paths['/api/v1/backtests/{id}']['get']>;
export type BacktestReport = NonNullable<Backtest['report']>;
export type LibraryClause = Answer<paths['/api/v1/policy/library']['get']>[number];
export type Publication = Answer<paths['/api/v1/policy/versions']['get']>[number];
export type Rollback = Sent<paths['/api/v1/policy/rollback']['post']>;
export type Rollout = Answer<paths['/api/v1/policy/rollout']['get']>;
export type RolloutMove = Sent<paths['/api/v1/policy/rollout']['put']>;
export type Stage = Rollout['whole'];
export type Account = Answer<paths['/api/v1/users']['get']>[number];
export type Evidence = Answer<paths['/api/v1/evidence']['get']>;
export type ClauseEvidence = Evidence['clauses'][number];
export type Framework = Answer<paths['/api/v1/evidence/frameworks']['get']>[number];
export type AuditQuery = QueryOf<paths['/api/v1/audit']['get']>;
export type AuditEntry = Answer<paths['/api/v1/audit']['get']>['items'][number];
export type AuditVerification = Answer<paths['/api/v1/audit/verification']['get']>;
export type Canary = Answer<paths['/api/v1/canaries']['get']>['results'][number];
export type OwnCanary = Answer<paths['/api/v1/canaries/own']['get']>[number];
export type NewOwnCanary = Sent<paths['/api/v1/canaries/own']['post']>;
export type BrokenPromise = Answer<paths['/api/v1/canaries/failures']['get']>[number];
export type Reveal = Answer<paths['/api/v1/reveals']['get']>[number];
export type RevealDecision = Sent<paths['/api/v1/reveals/{id}/decision']['post']>;
export type Erasure = Answer<paths['/api/v1/privacy/erasures']['get']>[number];

export type Action = ExchangeSummary['action'];
export type Outcome = ExchangeSummary['outcome'];
export type ToolState = Tool['state'];
export type AccountKind = ExchangeSummary['account'];
export type Severity = ExchangeDetail['clauses'][number]['severity'];

export type ToolRequest = Answer<paths['/api/v1/tool-requests']['get']>[number];
export type NewToolRequest = Sent<paths['/api/v1/tool-requests']['post']>;
export type ToolReviewSummary = Answer<paths['/api/v1/tool-reviews']['get']>[number];
export type ToolReview = Answer<paths['/api/v1/tool-reviews/{id}']['get']>;
export type ToolRubric = Answer<paths['/api/v1/tool-reviews/rubric']['get']>;
export type ReviewSection = ToolReview['sections'][number];
export type ReviewQuestion = ReviewSection['questions'][number];
export type ReviewStep = Sent<paths['/api/v1/tool-reviews/{id}/steps']['post']>['step'];
export type ReviewDecision = NonNullable<ToolReview['decision']>;
export type ExceptionTerms = Answer<paths['/api/v1/exception-requests/terms']['get']>[number];
export type ExceptionRequest = Answer<paths['/api/v1/exception-requests']['get']>[number];
export type NewExceptionRequest = Sent<paths['/api/v1/exception-requests']['post']>;
export type ExceptionStep = Sent<paths['/api/v1/exception-requests/{id}/steps']['post']>['step'];
export type Report = Answer<paths['/api/v1/reports']['get']>[number];
export type OwnReport = Answer<paths['/api/v1/reports/mine']['get']>[number];
export type NewReport = Sent<paths['/api/v1/reports']['post']>;
export type ReportStep = Sent<paths['/api/v1/reports/{id}/steps']['post']>['step'];
export type Asset = Answer<paths['/api/v1/assets']['get']>[number];
export type AssetDeclaration = Sent<paths['/api/v1/assets']['post']>;
export type AssetOpinion = Sent<paths['/api/v1/assets/{id}/opinion']['post']>;
type Created<Operation> = Operation extends { responses: { 201: { content: { 'application/json': infer Body } } } }
  ? Body
  : never;

export type Mine = Answer<paths['/api/v1/mine']['get']>;
export type MyModule = Mine['training'][number];
export type Case = Mine['cases'][number];
export type MyKeys = Answer<paths['/api/v1/mine/keys']['get']>;
export type NewKey = Sent<paths['/api/v1/mine/keys']['post']>;
export type NewAttestation = Sent<paths['/api/v1/mine/attestations']['post']>;
export type Changes = Answer<paths['/api/v1/mine/changes']['get']>;
export type PolicyGuide = Answer<paths['/api/v1/policy/guide']['get']>;
export type GuideTree = PolicyGuide['tree'];
export type Lesson = Answer<paths['/api/v1/mine/training/{module}']['get']>;
export type LessonQuestion = Lesson['questions'][number];
export type AttemptResult = Created<paths['/api/v1/mine/training/{module}/attempts']['post']>;
export type Ladder = Answer<paths['/api/v1/ladder']['get']>;
export type CaseDetail = Answer<paths['/api/v1/ladder/cases/{id}']['get']>;
export type CaseOrder = Sent<paths['/api/v1/ladder/cases/{id}/decisions']['post']>;
export type Course = Answer<paths['/api/v1/training/courses']['get']>[number];
export type NewCompletion = Sent<paths['/api/v1/training/courses/{id}/completions']['post']>;
export type Campaign = Answer<paths['/api/v1/campaigns']['get']>[number];
export type NewCampaign = Sent<paths['/api/v1/campaigns']['post']>;
export type TrainingModule = Answer<paths['/api/v1/training/modules']['get']>[number];
export type Assignment = Answer<paths['/api/v1/training/assignments']['get']>[number];
export type PersonStanding = Answer<paths['/api/v1/people/standing']['get']>[number];
export type Exposure = Answer<paths['/api/v1/exposures']['get']>[number];
export type ExposureOrder = Sent<paths['/api/v1/exposures/{id}/orders']['post']>;
export type ApiToken = Answer<paths['/api/v1/tokens']['get']>[number];
export type NewToken = Sent<paths['/api/v1/tokens']['post']>;

export type IncidentList = Answer<paths['/api/v1/incidents']['get']>;
export type IncidentQuery = QueryOf<paths['/api/v1/incidents']['get']>;
export type IncidentSummary = IncidentList['items'][number];
export type Incident = Answer<paths['/api/v1/incidents/{id}']['get']>;
export type IncidentReason = Incident['reasons'][number];
export type IncidentStep = Sent<paths['/api/v1/incidents/{id}/steps']['post']>['step'];
export type IncidentMeasure = Sent<paths['/api/v1/incidents/{id}/responses']['post']>['response'];
export type Suppression = Answer<paths['/api/v1/suppressions']['get']>[number];
export type NewSuppression = Sent<paths['/api/v1/suppressions']['post']>;
export type Entity = Answer<paths['/api/v1/entities/{kind}/{name}']['get']>;
export type DeviationBudget = Answer<paths['/api/v1/deviations/budget']['get']>;
