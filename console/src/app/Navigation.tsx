import { Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowsExchange,
  IconCertificate,
  IconChartAreaLine,
  IconClipboardCheck,
  IconClockPause,
  IconEyeOff,
  IconGavel,
  IconHelpHexagon,
  IconListDetails,
  IconLogout,
  IconMessagePlus,
  IconMoon,
  IconRadar2,
  IconSpeakerphone,
  IconSun,
  IconTools,
  IconUserCheck,
  IconUsers,
  IconUsersGroup,
  IconWritingSign,
} from '@tabler/icons-react';
import { NavLink } from 'react-router';

import { useMay, useSession, useSignOut } from '~features/session/session';
import type { Permission } from '~shared/api/permissions';
import { plain } from '~shared/format/words';

import { Brand } from './Brand';
import css from './Shell.module.css';

/** Groups of places by what people come for. */
const GROUPS = [
  {
    name: 'For me',
    places: [
      { to: '/mine', name: 'My page', permission: 'take_part', Icon: IconUserCheck },
      { to: '/can-i', name: 'Can I?', permission: 'check', Icon: IconHelpHexagon },
      { to: '/requests', name: 'My requests', permission: 'make_requests', Icon: IconMessagePlus },
      { to: '/assets', name: 'AI-made assets', permission: 'make_requests', Icon: IconCertificate },
    ],
  },
  {
    name: 'Watch',
    places: [
      { to: '/', name: 'Overview', permission: 'read_overview', Icon: IconChartAreaLine },
      { to: '/incidents', name: 'Incidents', permission: 'read_incidents', Icon: IconAlertTriangle },
      { to: '/exchanges', name: 'Exchanges', permission: 'read_exchanges', Icon: IconArrowsExchange },
      { to: '/ai-use', name: 'AI use', permission: 'read_overview', Icon: IconRadar2 },
    ],
  },
  {
    name: 'Govern',
    places: [
      { to: '/policy', name: 'Policy', permission: 'read_policy', Icon: IconGavel },
      { to: '/drafts', name: 'Drafts', permission: 'review_policy', Icon: IconWritingSign },
      { to: '/tools', name: 'Tools', permission: 'read_tools', Icon: IconTools },
      { to: '/reviews', name: 'Tool reviews', permission: 'review_tools', Icon: IconClipboardCheck },
      { to: '/exceptions', name: 'Exceptions', permission: 'decide_exceptions', Icon: IconClockPause },
      { to: '/reports', name: 'Reports', permission: 'handle_reports', Icon: IconSpeakerphone },
      { to: '/people', name: 'People', permission: 'read_standing', Icon: IconUsersGroup },
    ],
  },
  {
    name: 'Prove',
    places: [
      { to: '/evidence', name: 'Evidence', permission: 'read_evidence', Icon: IconCertificate },
      { to: '/audit', name: 'Audit log', permission: 'read_audit', Icon: IconListDetails },
      { to: '/privacy', name: 'Privacy', permission: 'manage_privacy', Icon: IconEyeOff },
      { to: '/accounts', name: 'Accounts', permission: 'manage_users', Icon: IconUsers },
    ],
  },
] as const satisfies {
  name: string;
  places: { to: string; name: string; permission: Permission; Icon: unknown }[];
}[];

export function Navigation({ brand = true }: { brand?: boolean }) {
  const may = useMay();
  const somebody = useSession().user.person_id !== null;
  // what is asked of a person needs one: most administrators' accounts are nobody's
  const groups = GROUPS.map(({ name, places }) => ({
    name,
    places: places.filter((place) => may(place.permission) && (place.to !== '/mine' || somebody)),
  }));
  return (
    <div className={css.navigation}>
      {brand && <Brand />}
      <nav aria-label="Main">
        {groups
          .filter(({ places }) => places.length > 0)
          .map(({ name, places }) => (
            <div key={name}>
              <p className={css.group} aria-hidden>
                {name}
              </p>
              <ul className={css.places} aria-label={name}>
                {places.map(({ to, name, Icon }) => (
                  <li key={to}>
                    <NavLink to={to} end={to === '/'} className={css.place}>
                      <Icon size={20} stroke={1.6} aria-hidden />
                      {name}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </div>
          ))}
      </nav>
      <Person />
    </div>
  );
}

function Person() {
  const session = useSession();
  const signOut = useSignOut();
  return (
    <div className={css.person}>
      <SchemeToggle />
      <div className={css.who}>
        <NavLink to="/account" className={css.name}>
          {session.user.name}
        </NavLink>
        <span className={css.role}>{plain(session.user.role)}</span>
      </div>
      <Button
        variant="subtle"
        justify="flex-start"
        className={css.plain}
        leftSection={<IconLogout size={18} stroke={1.6} aria-hidden />}
        loading={signOut.isPending}
        onClick={() => signOut.mutate()}
      >
        Sign out
      </Button>
    </div>
  );
}

function SchemeToggle() {
  // Without this, Mantine inserts a <style> element to hold transitions still.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const scheme = useComputedColorScheme('light');
  const [next, Icon] = scheme === 'light' ? (['dark', IconMoon] as const) : (['light', IconSun] as const);
  return (
    <Button
      variant="subtle"
      justify="flex-start"
      className={css.plain}
      leftSection={<Icon size={18} stroke={1.6} aria-hidden />}
      onClick={() => setColorScheme(next)}
    >
      {next === 'dark' ? 'Dark colours' : 'Light colours'}
    </Button>
  );
}
