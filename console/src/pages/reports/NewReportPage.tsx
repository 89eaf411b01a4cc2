import { Link, useNavigate } from 'react-router';

import { useReport } from '~features/reports/queries';
import { ReportForm } from '~features/reports/ReportForm';
import { Page, Panel } from '~shared/ui/Page';

/** A report under one's own name. */
export function NewReportPage() {
  const report = useReport();
  const navigate = useNavigate();
  return (
    <Page
      title="Report something"
      lead={
        <>
          Those who handle reports see your name. You can also <Link to="/report">report without it</Link>.
        </>
      }
    >
      <Panel title="Your report">
        <ReportForm
          sending={report.isPending}
          error={report.error}
          onSend={(body) => report.mutate(body, { onSuccess: () => void navigate('/requests') })}
        />
      </Panel>
    </Page>
  );
}
