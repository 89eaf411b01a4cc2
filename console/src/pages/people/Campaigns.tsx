import { Button, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { campaignsQuery, useOpenCampaign, useOrderCampaign } from '~features/people/queries';
import { useMay } from '~features/session/session';
import type { Campaign } from '~shared/api/types';
import { counted, formatShare } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import css from './People.module.css';

export function Campaigns() {
  const { data, error, refetch } = useQuery(campaignsQuery);
  const may = useMay();
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={5} height={26} />;
  }
  return (
    <div className={css.panels}>
      {may('manage_training') && <NewCampaign />}
      <Panel title="Campaigns">
        {data.length === 0 && (
          <Nothing title="No campaign yet">A campaign asks people to read and accept the policy by a day.</Nothing>
        )}
        {data.map((campaign) => (
          <CampaignItem key={campaign.id} campaign={campaign} />
        ))}
      </Panel>
    </div>
  );
}

function NewCampaign() {
  const open = useOpenCampaign();
  const [departments, setDepartments] = useState<string[]>([]);
  const [groups, setGroups] = useState<string[]>([]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = new FormData(form);
    const due = new Date(`${String(values.get('due'))}T23:59:59`).toISOString();
    const body = { title: String(values.get('title')), due, audience: { departments, groups } };
    open.mutate(body, {
      onSuccess: () => {
        form.reset();
        setDepartments([]);
        setGroups([]);
      },
    });
  };
  return (
    <Panel title="Ask people to accept the policy">
      <form onSubmit={submit} className={css.form}>
        <TextInput name="title" label="Title" required withAsterisk={false} maxLength={120} />
        <TextInput type="date" name="due" label="By" required withAsterisk={false} />
        <TagsInput label="Departments" description="Empty: all." value={departments} onChange={setDepartments} />
        <TagsInput label="Groups" description="Empty: all." value={groups} onChange={setGroups} />
        <Refused error={open.error} />
        <div className={css.buttons}>
          <Button type="submit" loading={open.isPending}>
            Open the campaign
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function CampaignItem({ campaign }: { campaign: Campaign }) {
  const order = useOrderCampaign(campaign.id);
  const may = useMay();
  const open = campaign.state === 'open';
  const last = campaign.reminders.at(-1);
  return (
    <section className={css.item} aria-label={campaign.title}>
      <p className={css.name}>{campaign.title}</p>
      <p className="muted">
        {counted(campaign.accepted, 'person', 'people')} of {campaign.people} accepted (
        {formatShare(campaign.accepted, campaign.people)}), asked of {campaign.asked_of}, version {campaign.policy}, by{' '}
        {formatDay(campaign.due)}
        {last && `; ${counted(last.people, 'person', 'people')} reminded on ${formatDay(last.at)}`}
        {!open && '; closed'}.
      </p>
      <Refused error={order.error} />
      {may('manage_training') && (
        <div className={css.buttons}>
          {open && (
            <>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => order.mutate({ order: 'remind', revision: campaign.revision })}
              >
                Remind those who have not
              </Button>
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => order.mutate({ order: 'close', revision: campaign.revision })}
              >
                Close
              </Button>
            </>
          )}
          <Button
            component="a"
            variant="default"
            size="compact-sm"
            href={`/api/v1/campaigns/${campaign.id}/outstanding`}
            download
          >
            List for a mail merge
          </Button>
        </div>
      )}
    </section>
  );
}
