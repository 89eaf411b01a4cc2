import { Button, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from 'react-router';

import { exchangesLink } from '~features/exchanges/filter';
import { useMay } from '~features/session/session';
import type { Tool } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { ACTIONS, plain } from '~shared/format/words';
import { ActionBadge, LabelChip, StateBadge } from '~shared/ui/Badges';
import { FactList } from '~shared/ui/Page';
import { Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { DecisionDialog } from './DecisionDialog';
import { InHouse } from './InHouse';
import css from './ToolsPage.module.css';
import { VendorFacts } from './VendorFacts';

interface Props {
  tools: Tool[] | undefined;
  id: string | undefined;
  onClose: () => void;
}

export function ToolDrawer({ tools, id, onClose }: Props) {
  const tool = tools?.find((each) => each.id === id);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="min(560px, 100vw)"
      title={tool?.name ?? 'Tool'}
      closeButtonProps={{ 'aria-label': 'Close the tool' }}
    >
      {tool ? <Content tool={tool} /> : tools ? <Nothing title="There is no such tool" /> : <Lines />}
    </Drawer>
  );
}

function Content({ tool }: { tool: Tool }) {
  const may = useMay();
  const [deciding, { open, close }] = useDisclosure(false);
  return (
    <div className={css.detail}>
      <div className={css.standing}>
        <StateBadge state={tool.state} />
        {may('decide_tools') && (
          <Button size="compact-md" onClick={open}>
            Decide
          </Button>
        )}
      </div>
      {tool.reason && <blockquote className={css.reason}>{tool.reason}</blockquote>}
      <FactList
        facts={[
          ['Approved for', <Labels key="labels" labels={tool.approved_for} />],
          ['Decided', tool.decided_at && `${tool.decided_by ?? 'someone'}, ${formatDay(tool.decided_at)}`],
          ['Until', tool.until && formatDay(tool.until)],
          ['Vendor', tool.vendor],
          ['Kind', plain(tool.category)],
          ['Hosts', <Hosts key="hosts" hosts={tool.hosts} />],
          [
            'Accounts',
            tool.tenant_control ? (
              <>
                can be held to the company’s by <code>{tool.tenant_control}</code>
              </>
            ) : (
              'cannot be restricted to the company’s'
            ),
          ],
          [
            'Inspection',
            tool.inspection === 'pinned' ? 'Not possible: its apps pin their certificates' : 'Content can be inspected',
          ],
          [
            'Exchanges',
            <Link key="exchanges" to={exchangesLink({ tool: tool.id })}>
              {formatCount(tool.exchanges)}
            </Link>,
          ],
          ['Verdicts', <Verdicts key="verdicts" tool={tool} />],
          ['People', formatCount(tool.people)],
          ['Last seen', tool.last_seen && <Time at={tool.last_seen} as="relative" />],
        ]}
      />
      <VendorFacts facts={tool.facts} />
      <InHouse tool={tool} />
      <DecisionDialog key={String(deciding)} tool={tool} opened={deciding} onClose={close} />
    </div>
  );
}

function Labels({ labels }: { labels: string[] }) {
  if (labels.length === 0) {
    return <span className="muted">no sensitive data</span>;
  }
  return (
    <span className={css.labels}>
      {labels.map((label) => (
        <LabelChip key={label} label={label} />
      ))}
    </span>
  );
}

/** How often the policy said what of this tool. */
function Verdicts({ tool }: { tool: Tool }) {
  const given = ACTIONS.filter((action) => tool.by_action[action]);
  return (
    <ul className={css.labels}>
      {given.map((action) => (
        <li key={action}>
          <Link to={exchangesLink({ tool: tool.id, action })} className={css.verdict}>
            <ActionBadge action={action} /> {formatCount(tool.by_action[action] ?? 0)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Hosts({ hosts }: { hosts: string[] }) {
  return (
    <ul>
      {hosts.map((host) => (
        <li key={host}>
          <code>{host}</code>
        </li>
      ))}
    </ul>
  );
}
