import { createBrowserRouter, type RouteObject } from 'react-router';

import { Gate } from '~features/session/Gate';
import { CrashPage } from '~pages/errors/CrashPage';
import { NotFoundPage } from '~pages/errors/NotFoundPage';
import type { Permission } from '~shared/api/permissions';

import { Root } from './Root';
import { Shell } from './Shell';

/** A page of the shell: loaded when first visited, shown to those who may. */
function page(
  path: string,
  permission: Permission,
  load: () => Promise<{ Component: React.ComponentType }>,
): RouteObject {
  return {
    path,
    lazy: async () => {
      const { Component } = await load();
      return { element: <Gate permission={permission} children={<Component />} /> };
    },
  };
}

const overview = () => import('~pages/overview/OverviewPage').then((m) => ({ Component: m.OverviewPage }));
const exchanges = () => import('~pages/exchanges/ExchangesPage').then((m) => ({ Component: m.ExchangesPage }));
const movements = () => import('~pages/ai-use/MovementsPage').then((m) => ({ Component: m.MovementsPage }));
const aiUse = () => import('~pages/ai-use/AiUsePage').then((m) => ({ Component: m.AiUsePage }));
const tools = () => import('~pages/tools/ToolsPage').then((m) => ({ Component: m.ToolsPage }));
const policy = () => import('~pages/policy/PolicyPage').then((m) => ({ Component: m.PolicyPage }));
const drafts = () => import('~pages/drafts/DraftsPage').then((m) => ({ Component: m.DraftsPage }));
const draft = () => import('~pages/drafts/DraftPage').then((m) => ({ Component: m.DraftPage }));
const accounts = () => import('~pages/accounts/AccountsPage').then((m) => ({ Component: m.AccountsPage }));
const evidence = () => import('~pages/evidence/EvidencePage').then((m) => ({ Component: m.EvidencePage }));
const audit = () => import('~pages/evidence/AuditPage').then((m) => ({ Component: m.AuditPage }));
const privacy = () => import('~pages/evidence/PrivacyPage').then((m) => ({ Component: m.PrivacyPage }));
const canI = () => import('~pages/can-i/CanIPage').then((m) => ({ Component: m.CanIPage }));
const requests = () => import('~pages/requests/RequestsPage').then((m) => ({ Component: m.RequestsPage }));
const requestTool = () => import('~pages/requests/ToolRequestPage').then((m) => ({ Component: m.ToolRequestPage }));
const requestException = () =>
  import('~pages/requests/ExceptionRequestPage').then((m) => ({ Component: m.ExceptionRequestPage }));
const reviews = () => import('~pages/requests/ReviewsPage').then((m) => ({ Component: m.ReviewsPage }));
const exceptions = () => import('~pages/requests/ExceptionsPage').then((m) => ({ Component: m.ExceptionsPage }));
const reports = () => import('~pages/reports/ReportsPage').then((m) => ({ Component: m.ReportsPage }));
const newReport = () => import('~pages/reports/NewReportPage').then((m) => ({ Component: m.NewReportPage }));
const anonymous = () => import('~pages/reports/AnonymousPage').then((m) => ({ Component: m.AnonymousPage }));
const reportCase = () => import('~pages/reports/CasePage').then((m) => ({ Component: m.CasePage }));
const assets = () => import('~pages/assets/AssetsPage').then((m) => ({ Component: m.AssetsPage }));
const justify = () => import('~pages/justify/JustifyPage').then((m) => ({ Component: m.JustifyPage }));
const mine = () => import('~pages/mine/MinePage').then((m) => ({ Component: m.MinePage }));
const mineRead = () => import('~pages/mine/ReadPage').then((m) => ({ Component: m.ReadPage }));
const mineModule = () => import('~pages/mine/ModulePage').then((m) => ({ Component: m.ModulePage }));
const people = () => import('~pages/people/PeoplePage').then((m) => ({ Component: m.PeoplePage }));
const incidents = () => import('~pages/incidents/IncidentsPage').then((m) => ({ Component: m.IncidentsPage }));
const incidentRules = () => import('~pages/incidents/RulesPage').then((m) => ({ Component: m.RulesPage }));
const incidentBudget = () => import('~pages/incidents/BudgetPage').then((m) => ({ Component: m.BudgetPage }));
const incident = () => import('~pages/incidents/IncidentPage').then((m) => ({ Component: m.IncidentPage }));
const entity = () => import('~pages/incidents/EntityPage').then((m) => ({ Component: m.EntityPage }));
const account = () => import('~pages/account/AccountPage').then((m) => ({ Component: m.AccountPage }));
const signIn = () => import('~pages/sign-in/SignInPage').then((m) => ({ Component: m.SignInPage }));

export const router = createBrowserRouter([
  {
    element: <Root />,
    errorElement: <CrashPage />,
    HydrateFallback: () => null,
    children: [
      { path: 'sign-in', lazy: signIn },
      { path: 'justify/:id', lazy: justify },
      { path: 'report', lazy: anonymous },
      { path: 'report/case', lazy: reportCase },
      {
        element: <Shell />,
        children: [
          page('/', 'read_overview', overview),
          page('exchanges/:id?', 'read_exchanges', exchanges),
          page('ai-use', 'read_overview', aiUse),
          page('ai-use/movement', 'read_exchanges', movements),
          page('tools/:id?', 'read_tools', tools),
          page('policy', 'read_policy', policy),
          page('drafts', 'review_policy', drafts),
          page('drafts/:id/:part?', 'review_policy', draft),
          page('accounts', 'manage_users', accounts),
          page('evidence', 'read_evidence', evidence),
          page('audit', 'read_audit', audit),
          page('privacy', 'manage_privacy', privacy),
          page('can-i', 'check', canI),
          page('requests', 'make_requests', requests),
          page('requests/tool', 'make_requests', requestTool),
          page('requests/exception', 'make_requests', requestException),
          page('requests/report', 'report', newReport),
          page('reviews/:id?', 'review_tools', reviews),
          page('exceptions', 'decide_exceptions', exceptions),
          page('reports/:id?', 'handle_reports', reports),
          page('assets', 'make_requests', assets),
          page('mine', 'take_part', mine),
          page('mine/policy', 'take_part', mineRead),
          page('mine/training/:module', 'take_part', mineModule),
          page('people/:view?', 'read_standing', people),
          page('incidents', 'read_incidents', incidents),
          page('incidents/rules', 'read_incidents', incidentRules),
          page('incidents/budget', 'read_incidents', incidentBudget),
          page('incidents/:id', 'read_incidents', incident),
          page('entities/:kind/:name', 'read_incidents', entity),
          page('account', 'hold_session', account),
          { path: '*', element: <NotFoundPage /> },
        ],
      },
    ],
  },
]);
